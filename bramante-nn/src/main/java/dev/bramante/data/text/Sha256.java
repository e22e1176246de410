package dev.bramante.data.text;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash that every Java platform has. */
final class Sha256 {
  static final int BYTES = 32;

  private Sha256() {}

  static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
