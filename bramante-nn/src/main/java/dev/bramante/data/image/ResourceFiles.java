package dev.bramante.data.image;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The files of a small archive that comes with Bramante, in memory. */
record ResourceFiles(String root, Map<String, byte[]> contents) implements ImageFiles {
  static ResourceFiles open(String resource, String root) throws IOException {
    try (var in = ResourceFiles.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new NoSuchFileException(
            resource, null, "missing from the jar of Bramante; build or install it again");
      }
      var zip = new ZipInputStream(in);
      var contents = new LinkedHashMap<String, byte[]>();
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        contents.put(entry.getName(), zip.readAllBytes());
      }
      return new ResourceFiles(root, contents);
    }
  }

  @Override
  public List<String> paths() {
    return List.copyOf(contents.keySet());
  }

  @Override
  public byte[] read(String path) {
    return contents.get(path).clone();
  }
}
