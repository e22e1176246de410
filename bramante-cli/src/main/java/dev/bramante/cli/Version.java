package dev.bramante.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version of this build and of what it runs on. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "bramante " + number(),
      "%s %s (%s, %s)"
          .formatted(
              System.getProperty("java.vm.name"),
              Runtime.version(),
              System.getProperty("os.name"),
              System.getProperty("os.arch"))
    };
  }

  /** The jar's version; classes outside of a jar have none. */
  static String number() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("(not packaged)");
  }
}
