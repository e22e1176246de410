package dev.bramante.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The formats of files of tensors, told apart by their first bytes. */
public enum FileFormat {
  /** The format of Hugging Face. */
  SAFETENSORS,
  /** PyTorch's since version 1.6: a zip file with a pickle and the numbers. */
  TORCH,
  /** PyTorch's before: pickles and numbers one after the other. */
  TORCH_LEGACY,
  /** Of ONNX, whose initialisers are the tensors. */
  ONNX;

  /** A pickle of protocol 2 that holds PyTorch's magic number. */
  private static final byte[] LEGACY = {
    (byte) 0x80,
    2,
    (byte) 0x8a,
    10,
    0x6c,
    (byte) 0xfc,
    (byte) 0x9c,
    0x46,
    (byte) 0xf9,
    0x20,
    0x6a,
    (byte) 0xa8,
    0x50,
    0x19,
    '.'
  };

  /** The length of what tells the formats apart. */
  static final int MAGIC_BYTES = LEGACY.length;

  private static final byte[] ZIP = {'P', 'K', 3, 4};

  /**
   * The format of a file. What looks like none of the others is taken for safetensors, whose reader
   * says what is wrong.
   *
   * @throws FileFormatException if it is a format that is known but not read
   */
  public static FileFormat of(Path file) throws IOException {
    InputFile.size(file);
    byte[] first;
    try (var in = Files.newInputStream(file)) {
      first = in.readNBytes(MAGIC_BYTES);
    }
    if (begins(first, ZIP)) {
      return TORCH;
    }
    if (Arrays.equals(first, LEGACY)) {
      return TORCH_LEGACY;
    }
    if (isPickle(first)) {
      throw new FileFormatException(
          file,
          "this is a plain pickle, not weights that torch.save wrote",
          "load it in Python and save its tensors with torch.save");
    }
    return isOnnx(first) ? ONNX : SAFETENSORS;
  }

  /** The first field is a version of one byte. Safetensors have zeros and a brace further on. */
  private static boolean isOnnx(byte[] first) {
    return first.length > 8
        && first[0] == 8
        && first[1] > 0
        && ((first[4] | first[5] | first[6] | first[7]) != 0 || first[8] != '{');
  }

  /** A header of safetensors may begin with the same bytes, but has less than 4 GB. */
  private static boolean isPickle(byte[] first) {
    return first.length >= 8
        && first[0] == (byte) 0x80
        && first[1] >= 2
        && first[1] <= 5
        && (first[4] | first[5] | first[6] | first[7]) != 0;
  }

  private static boolean begins(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length
        && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }
}
