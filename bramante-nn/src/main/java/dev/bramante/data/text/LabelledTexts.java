package dev.bramante.data.text;

import dev.bramante.data.TextTable;
import dev.bramante.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Texts of classes, those of about the same length together: ids [N, T] with the tokenizer's
 * special tokens around them, filled up by padding, and as targets the classes [N]. Of a text that
 * is too long the end is cut off, not the special token after it.
 */
public final class LabelledTexts implements TokenBatches {
  private static final int SHAPES = 4;

  private final List<int[]> ids;
  private final TextTable table;
  private final int padding;
  private final int batch;
  private final Groups groups;

  private LabelledTexts(List<int[]> ids, TextTable table, int padding, int batch, Groups groups) {
    this.ids = ids;
    this.table = table;
    this.padding = padding;
    this.batch = batch;
    this.groups = groups;
  }

  /**
   * To learn from: in a new order each epoch. What is left at the end, less than a batch, is left
   * out.
   *
   * @param padding the id that fills up
   * @param longest tokens of a text with what stands around it
   * @param batch texts of a batch
   * @throws IllegalArgumentException if there are fewer texts
   */
  public static LabelledTexts training(
      TextTable table, Tokenizer tokenizer, int padding, int longest, int batch, long seed) {
    List<int[]> ids = ids(table, tokenizer, longest);
    Buckets buckets = buckets(ids, longest, batch, false);
    if (buckets.count() == 0) {
      throw new IllegalArgumentException(
          "a batch of %d is more than the %d texts; choose a smaller batch"
              .formatted(batch, ids.size()));
    }
    return new LabelledTexts(ids, table, padding, batch, Groups.byChance(buckets, seed));
  }

  /** To measure by: all texts, short ones first. */
  public static LabelledTexts inOrder(
      TextTable table, Tokenizer tokenizer, int padding, int longest, int batch) {
    List<int[]> ids = ids(table, tokenizer, longest);
    return new LabelledTexts(
        ids, table, padding, batch, Groups.inOrder(buckets(ids, longest, batch, true)));
  }

  private static List<int[]> ids(TextTable table, Tokenizer tokenizer, int longest) {
    return table.texts().stream().map(text -> ids(text, tokenizer, longest)).toList();
  }

  private static int[] ids(String text, Tokenizer tokenizer, int longest) {
    int[] ids = tokenizer.encodeForModel(text).ids();
    if (ids.length <= longest) {
      return ids;
    }
    int[] cut = Arrays.copyOf(ids, longest);
    int last = ids[ids.length - 1];
    if (tokenizer.isSpecial(last)) {
      cut[longest - 1] = last;
    }
    return cut;
  }

  private static Buckets buckets(List<int[]> ids, int longest, int batch, boolean partial) {
    int[] lengths = ids.stream().mapToInt(list -> list.length).toArray();
    return new Buckets(lengths, longest, batch, SHAPES, partial);
  }

  /** The names of the classes. */
  public List<String> classes() {
    return table.classes();
  }

  @Override
  public List<List<Shape>> shapes() {
    return Arrays.stream(groups.buckets().limits())
        .mapToObj(length -> List.of(Shape.of(batch, length)))
        .toList();
  }

  @Override
  public List<Shape> targets() {
    return shapes().stream().map(shape -> Shape.of(batch)).toList();
  }

  @Override
  public int count() {
    return groups.buckets().count();
  }

  @Override
  public void fill(long epoch, int index, TokenBatch filled) {
    Buckets.Group group = groups.of(epoch, index);
    filled.shape(group.limit());
    int[] inputs = filled.input(0);
    int[] targets = filled.targets();
    Arrays.fill(inputs, padding);
    Arrays.fill(targets, TokenBatch.IGNORED);
    int length = groups.buckets().limits()[group.limit()];
    for (int row = 0; row < batch; row++) {
      // A row without a text shows another one, since attention needs something to look at.
      int item = group.items()[Math.min(row, group.items().length - 1)];
      int[] text = ids.get(item);
      System.arraycopy(text, 0, inputs, row * length, text.length);
      if (row < group.items().length) {
        targets[row] = table.labels().get(item);
      }
    }
  }
}
