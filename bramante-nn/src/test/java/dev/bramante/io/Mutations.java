package dev.bramante.io;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Damages files in the ways that lengths, offsets and text go wrong. */
public final class Mutations {
  private static final long[] AWKWARD = {
    0,
    1,
    -1,
    7,
    8,
    127,
    128,
    255,
    256,
    65_535,
    1L << 20,
    Integer.MAX_VALUE,
    1L << 31,
    0xFFFF_FFFFL,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };
  private static final String[] TOKENS = {
    "-1",
    "0",
    "1.5",
    "1e9",
    "9223372036854775807",
    "99999999999999999999",
    "null",
    "true",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\n",
    "\r",
    "[[[[[[[[",
    "NaN",
    "\\ud800",
    "\u0000",
    "é"
  };

  private Mutations() {}

  /** A damaged copy: one to four changes. */
  public static byte[] mutate(byte[] sound, SplittableRandom random) {
    byte[] bytes = sound.clone();
    for (int change = random.nextInt(1, 5); change > 0; change--) {
      bytes = change(bytes, random);
    }
    return bytes;
  }

  private static byte[] change(byte[] bytes, SplittableRandom random) {
    if (bytes.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    int at = position(bytes.length, random);
    return switch (random.nextInt(8)) {
      case 0 -> flipBit(bytes, at, random);
      case 1 -> setByte(bytes, at, random);
      case 2 -> Arrays.copyOf(bytes, at);
      case 3 -> splice(bytes, at, Math.min(bytes.length, at + random.nextInt(1, 9)), new byte[0]);
      case 4 -> splice(bytes, at, at, TOKENS[random.nextInt(TOKENS.length)].getBytes());
      case 5 -> overwrite(bytes, at, random);
      case 6 -> splice(bytes, at, at, Arrays.copyOfRange(bytes, at / 2, at));
      default -> changeDigit(bytes, at, random);
    };
  }

  /** Half of the changes go to the first bytes, where the headers are. */
  private static int position(int length, SplittableRandom random) {
    return random.nextInt(random.nextBoolean() ? length : Math.min(length, 64));
  }

  private static byte[] flipBit(byte[] bytes, int at, SplittableRandom random) {
    bytes[at] ^= (byte) (1 << random.nextInt(8));
    return bytes;
  }

  private static byte[] setByte(byte[] bytes, int at, SplittableRandom random) {
    bytes[at] = (byte) random.nextInt();
    return bytes;
  }

  private static byte[] overwrite(byte[] bytes, int at, SplittableRandom random) {
    long value = AWKWARD[random.nextInt(AWKWARD.length)];
    int width = random.nextBoolean() ? 4 : 8;
    boolean littleEndian = random.nextBoolean();
    for (int i = 0; i < width && at + i < bytes.length; i++) {
      bytes[at + i] = (byte) (value >>> 8 * (littleEndian ? i : width - 1 - i));
    }
    return bytes;
  }

  private static byte[] changeDigit(byte[] bytes, int at, SplittableRandom random) {
    for (int i = at; i < bytes.length; i++) {
      if (bytes[i] >= '0' && bytes[i] <= '9') {
        bytes[i] = (byte) ('0' + random.nextInt(10));
        return bytes;
      }
    }
    return bytes;
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] middle) {
    byte[] result = Arrays.copyOf(bytes, bytes.length - (to - from) + middle.length);
    System.arraycopy(middle, 0, result, from, middle.length);
    System.arraycopy(bytes, to, result, from + middle.length, bytes.length - to);
    return result;
  }
}
