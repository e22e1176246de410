package dev.bramante.data.image;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * The content of a file for a decoder. Some decoders take the end of a truncated file for zeros and
 * go on for very long: after a few reads beyond the end this stream fails.
 */
final class BytesImageStream extends ImageInputStreamImpl {
  private static final int READS_BEYOND_END = 64;

  private final byte[] bytes;
  private int beyond;

  BytesImageStream(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() throws IOException {
    bitOffset = 0;
    return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xFF : end();
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    bitOffset = 0;
    if (length == 0) {
      return 0;
    }
    int count = (int) Math.min(length, bytes.length - streamPos);
    if (count <= 0) {
      return end();
    }
    System.arraycopy(bytes, (int) streamPos, into, offset, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    return bytes.length;
  }

  private int end() throws IOException {
    beyond++;
    if (beyond > READS_BEYOND_END) {
      throw new IOException("it is truncated");
    }
    return -1;
  }
}
