package dev.bramante.data.text;

import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * GPT-2's alphabet (Radford et al. 2019): each byte of UTF-8 stands as one printable character, so
 * that a vocabulary of text covers every input. Printable Latin-1 bytes stand for themselves, the
 * other 68 are the characters from U+0100 on.
 */
final class ByteLevel {
  private static final char[] LETTERS = letters();
  private static final int[] BYTES = bytes();

  private ByteLevel() {}

  /** The bytes of a text, each as its letter. */
  static String encode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    var letters = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      letters[i] = LETTERS[bytes[i] & 0xFF];
    }
    return new String(letters);
  }

  /** The bytes of letters; other characters, as added tokens have, give their own bytes. */
  static byte[] decode(String letters) {
    for (int i = 0; i < letters.length(); i++) {
      char letter = letters.charAt(i);
      if (letter >= BYTES.length || BYTES[letter] < 0) {
        return letters.getBytes(StandardCharsets.UTF_8);
      }
    }
    var bytes = new byte[letters.length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) BYTES[letters.charAt(i)];
    }
    return bytes;
  }

  /** The text of bytes, in which what isn't UTF-8 becomes U+FFFD. */
  static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (java.nio.charset.CharacterCodingException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** The letters of the 256 bytes, in their order. */
  static char[] alphabet() {
    return LETTERS.clone();
  }

  private static char[] letters() {
    var letters = new char[256];
    char next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean printable = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
      letters[b] = printable ? (char) b : next++;
    }
    return letters;
  }

  private static int[] bytes() {
    var bytes = new int[0x100 + 68];
    Arrays.fill(bytes, -1);
    for (int b = 0; b < 256; b++) {
      bytes[LETTERS[b]] = b;
    }
    return bytes;
  }
}
