package dev.bramante.cli;

import com.google.gson.GsonBuilder;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** The choice between an answer for people and one for programs. */
final class JsonMixin {
  @Option(names = "--json", description = "Answer in JSON, for other programs.")
  private boolean json;

  /** Whether programs read the answer. */
  boolean wanted() {
    return json;
  }

  /** Prints records, maps and lists. */
  static void print(PrintWriter to, Object answer) {
    var gson = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping();
    to.println(gson.serializeSpecialFloatingPointValues().create().toJson(answer));
  }
}
