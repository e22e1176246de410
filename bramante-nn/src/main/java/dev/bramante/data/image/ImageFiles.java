package dev.bramante.data.image;

import java.io.IOException;
import java.util.List;

/** Files below a common root, in a folder or in an archive. May be read by several threads. */
interface ImageFiles {
  /** What the root is called in messages. */
  String root();

  /** Paths of all files relative to the root, with {@code /}; folders end with it. */
  List<String> paths();

  /** The content of a file. */
  byte[] read(String path) throws IOException;

  /** A file as it is called in messages. */
  default String name(String path) {
    return root() + "/" + path;
  }
}
