package dev.bramante.data.image;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.InputFile;
import dev.bramante.io.Quote;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The files of a zip archive, read from it one by one; nothing is ever written to disk. The archive
 * stays open as long as somebody holds this.
 */
record ZipFiles(Path archive, ZipFile zip, List<String> paths) implements ImageFiles {
  private static final String DAMAGED = "get the archive again";

  static ZipFiles open(Path archive) throws IOException {
    InputFile.size(archive);
    try {
      var zip = new ZipFile(archive.toFile());
      var paths = new ArrayList<String>();
      for (ZipEntry entry : zip.stream().toList()) {
        paths.add(inside(archive, entry.getName()));
      }
      return new ZipFiles(archive, zip, List.copyOf(paths));
    } catch (FileFormatException known) {
      throw known;
    } catch (IOException | RuntimeException broken) {
      throw new FileFormatException(
          archive,
          "this is no sound zip file: " + Quote.clean(String.valueOf(broken.getMessage())),
          DAMAGED,
          broken);
    }
  }

  /** Nothing is unpacked, but whoever names files so means harm. */
  private static String inside(Path archive, String name) throws FileFormatException {
    boolean leaves = Arrays.asList(name.split("[/\\\\]")).contains("..");
    if (leaves || name.startsWith("/") || name.startsWith("\\")) {
      throw new FileFormatException(
          archive, "has an entry outside of itself, " + Quote.quote(name), "don't trust it");
    }
    return name;
  }

  @Override
  public String root() {
    return archive.toString();
  }

  @Override
  public byte[] read(String path) throws IOException {
    ZipEntry entry = zip.getEntry(path);
    if (entry == null) {
      throw new FileFormatException(name(path), "the archive lacks it", DAMAGED);
    }
    long size = entry.getSize();
    ImageDecoder.checkFile(name(path), size);
    try (var in = zip.getInputStream(entry)) {
      byte[] content = in.readNBytes((int) size);
      if (content.length < size || in.read() != -1) {
        throw new FileFormatException(name(path), "it has not the size that is declared", DAMAGED);
      }
      return content;
    } catch (FileFormatException known) {
      throw known;
    } catch (IOException | RuntimeException broken) {
      throw new FileFormatException(
          name(path),
          "it cannot be unpacked: " + Quote.clean(String.valueOf(broken.getMessage())),
          DAMAGED,
          broken);
    }
  }
}
