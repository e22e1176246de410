package dev.bramante.io;

import static dev.bramante.io.Quote.quote;

import dev.bramante.io.ZipArchive.ZipException;
import dev.bramante.io.pickle.PickleException;
import dev.bramante.io.pickle.PickleValue;
import dev.bramante.io.pickle.PickleValue.Sequence;
import dev.bramante.io.pickle.PickleValue.Text;
import dev.bramante.io.pickle.Unpickler;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The two parts of a file of PyTorch: what its pickle says, and the numbers it speaks of. */
sealed interface TorchStorages {
  /** What the pickle holds. */
  PickleValue root();

  /** The numbers of a storage. */
  MemorySegment bytes(TorchValue.Storage storage) throws ZipException;

  /** Reads a file of either format. */
  static TorchStorages of(MemorySegment bytes) throws PickleException, ZipException {
    boolean zip = bytes.byteSize() > 1 && bytes.get(ValueLayout.JAVA_BYTE, 0) == 'P';
    return zip ? Zipped.of(new ZipArchive(bytes)) : Legacy.of(bytes);
  }

  private static MemorySegment checked(MemorySegment bytes, TorchValue.Storage storage)
      throws ZipException {
    if (bytes.byteSize() < storage.bytes()) {
      throw new ZipException(
          "the storage %s has %d bytes, not %d"
              .formatted(quote(storage.key()), bytes.byteSize(), storage.bytes()));
    }
    return bytes;
  }

  /**
   * A zip file: FOLDER/data.pkl, and FOLDER/data/KEY for each storage.
   *
   * @param archive the file
   * @param folder the folder with a slash at its end
   * @param root what data.pkl holds
   */
  record Zipped(ZipArchive archive, String folder, PickleValue root) implements TorchStorages {
    private static final String PICKLE = "data.pkl";

    /** The pickle describes tensors, a hundred bytes each; this is room for half a million. */
    private static final long LONGEST_PICKLE = 64 << 20;

    static Zipped of(ZipArchive archive) throws PickleException, ZipException {
      String folder = folder(archive);
      var order = archive.content(folder + "byteorder", 16);
      if (order.isPresent() && !text(order.get()).equals("little")) {
        throw PickleException.damaged(
            "its numbers are in the byte order " + quote(text(order.get())));
      }
      var pickle = archive.content(folder + PICKLE, LONGEST_PICKLE).orElseThrow();
      return new Zipped(
          archive, folder, new Unpickler(pickle, new TorchVocabulary(new HashMap<>())).read());
    }

    private static String text(MemorySegment bytes) {
      return new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
    }

    private static String folder(ZipArchive archive) throws PickleException {
      List<String> pickles =
          archive.entries().keySet().stream()
              .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
              .toList();
      if (pickles.size() != 1) {
        throw PickleException.damaged(
            "this zip file has " + pickles.size() + " entries data.pkl, one of PyTorch has one");
      }
      String pickle = pickles.getFirst();
      String folder = pickle.substring(0, pickle.length() - PICKLE.length());
      if (archive.entries().containsKey(folder + "constants.pkl")) {
        throw PickleException.damaged("this is a TorchScript program, not weights");
      }
      return folder;
    }

    @Override
    public MemorySegment bytes(TorchValue.Storage storage) throws ZipException {
      String name = folder + "data/" + storage.key();
      var content = archive.content(name, Long.MAX_VALUE);
      return checked(
          content.orElseThrow(() -> new ZipException("there is no entry " + quote(name))), storage);
    }
  }

  /**
   * The format before version 1.6: pickles of a magic number, a version, the machine, the value and
   * the keys; then each storage as its length and its numbers.
   *
   * @param root the value
   * @param storages the numbers by key
   */
  record Legacy(PickleValue root, Map<String, MemorySegment> storages) implements TorchStorages {
    private static final ValueLayout.OfLong LENGTH =
        ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static Legacy of(MemorySegment bytes) throws PickleException, ZipException {
      Map<String, TorchValue.Storage> used = new HashMap<>();
      MemorySegment rest = bytes.asSlice(Math.min(bytes.byteSize(), FileFormat.MAGIC_BYTES));
      var unpickler = new Unpickler(rest, new TorchVocabulary(used));
      unpickler.read(); // version 1001, the only one there was
      PickleValue machine = unpickler.read();
      if (machine instanceof PickleValue.Dictionary facts
          && facts.get("little_endian").equals(Optional.of(PickleValue.Constant.FALSE))) {
        throw PickleException.damaged("its numbers are in another byte order");
      }
      PickleValue root = unpickler.read();
      PickleValue keys = unpickler.read();
      return new Legacy(root, storages(rest.asSlice(unpickler.position()), keys, used));
    }

    private static Map<String, MemorySegment> storages(
        MemorySegment data, PickleValue keys, Map<String, TorchValue.Storage> used)
        throws PickleException, ZipException {
      if (!(keys instanceof Sequence list)) {
        throw PickleException.damaged("the pickle lists no storages");
      }
      Map<String, MemorySegment> storages = new HashMap<>();
      long at = 0;
      for (PickleValue key : list.items()) {
        if (!(key instanceof Text(String name)) || !used.containsKey(name)) {
          throw PickleException.damaged("the pickle lists a storage that it doesn't use");
        }
        TorchValue.Storage storage = used.get(name);
        if (at > data.byteSize() - Long.BYTES
            || storage.bytes() > data.byteSize() - Long.BYTES - at
            || data.get(LENGTH, at) != storage.count()) {
          throw new ZipException("the storage " + quote(name) + " is not of the length it says");
        }
        storages.put(name, data.asSlice(at + Long.BYTES, storage.bytes()));
        at += Long.BYTES + storage.bytes();
      }
      return storages;
    }

    @Override
    public MemorySegment bytes(TorchValue.Storage storage) throws ZipException {
      MemorySegment bytes = storages.get(storage.key());
      if (bytes == null) {
        throw new ZipException("the storage " + quote(storage.key()) + " is missing");
      }
      return checked(bytes, storage);
    }
  }
}
