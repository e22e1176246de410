package dev.bramante.io;

import static dev.bramante.io.Quote.quote;

import dev.bramante.io.ZipArchive.ZipException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;

/**
 * A zip or jar file in which somebody ships a model. Nothing of it is written to disk; lengths and
 * checksums are checked.
 */
public final class Archive implements AutoCloseable {
  private static final long LONGEST_TEXT = 1L << 28;
  private static final String DAMAGED = "the file is damaged, get it again";

  private final MappedFile file;
  private final ZipArchive zip;

  private Archive(MappedFile file) throws IOException {
    this.file = file;
    try {
      this.zip = new ZipArchive(file.bytes());
    } catch (ZipException e) {
      throw new FileFormatException(file.path(), e.getMessage(), DAMAGED, e);
    }
  }

  /**
   * Opens an archive and reads its directory.
   *
   * @throws FileFormatException if it is damaged or none
   */
  public static Archive open(Path file) throws IOException {
    return MappedFile.open(file, Archive::new);
  }

  /** The file. */
  public Path file() {
    return file.path();
  }

  /** The paths of the files in it. */
  public Set<String> names() {
    return zip.entries().keySet();
  }

  /** A file in it that is JSON. */
  public Json json(String name) throws IOException {
    byte[] content = content(name, LONGEST_TEXT).toArray(ValueLayout.JAVA_BYTE);
    var decoder = StandardCharsets.UTF_8.newDecoder();
    return Json.parse(
        place(name), new InputStreamReader(new ByteArrayInputStream(content), decoder));
  }

  /** A file in it that is ONNX; it ends with the archive, and the archive with it. */
  public OnnxFile onnx(String name) throws IOException {
    MemorySegment content = content(name, Integer.MAX_VALUE);
    return new OnnxFile(new MappedFile(Path.of(place(name)), content, file.arena()));
  }

  private String place(String name) {
    return file.path() + "!" + Quote.clean(name);
  }

  private MemorySegment content(String name, long most) throws IOException {
    try {
      return zip.content(name, most)
          .orElseThrow(() ->
              new FileFormatException(
                  file.path(), "there is no " + quote(name) + " in it", "give another archive"));
    } catch (ZipException e) {
      throw new FileFormatException(file.path(), e.getMessage(), DAMAGED, e);
    } catch (InternalError fault) {
      throw MappedFile.shrunk(file.path(), fault);
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
