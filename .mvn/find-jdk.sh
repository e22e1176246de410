#!/bin/sh
# Prints the home of a JDK that can build and run Bramante, or says how to get one (exit status 1).
# `mvnw` and `bramante` call it, so that a `java` of another version on the PATH does no harm.
#
# Order: BRAMANTE_JAVA_HOME (must fit), JAVA_HOME, java on the PATH, then the usual places of Linux,
# macOS, Windows shells and version managers, where the oldest JDK that fits wins: it is the closest
# to the one that the tests ran on.

required=25

# The feature version of the JDK at $1 (empty if there is none). Reading the release file costs no
# process; running java, for the few JDKs that ship without that file, costs some 50 ms.
version_of() {
  version=
  [ -x "$1/bin/javac" ] || [ -x "$1/bin/javac.exe" ] || return 0
  if [ -r "$1/release" ]; then
    while IFS='=' read -r key value; do
      if [ "$key" = JAVA_VERSION ]; then version=${value#\"}; fi
    done <"$1/release"
  fi
  if [ -z "$version" ]; then
    version=$("$1/bin/javac" -version 2>&1) || version=
    version=${version#javac }
  fi
  version=${version%%[!0-9]*}
}

fits() {
  version_of "$1"
  [ "${version:-0}" -ge "$required" ]
}

if [ -n "${BRAMANTE_JAVA_HOME-}" ]; then
  if fits "$BRAMANTE_JAVA_HOME"; then
    printf '%s\n' "$BRAMANTE_JAVA_HOME"
    exit 0
  fi
  echo "BRAMANTE_JAVA_HOME ($BRAMANTE_JAVA_HOME) is no JDK $required or newer: correct or unset it." >&2
  exit 1
fi

if [ -n "${JAVA_HOME-}" ] && fits "$JAVA_HOME"; then
  printf '%s\n' "$JAVA_HOME"
  exit 0
fi

java=$(command -v javac) || java=
if [ -n "$java" ]; then
  java=$(readlink -f "$java" 2>/dev/null) || java=
  home=${java%/bin/javac*}
  if [ -n "$java" ] && fits "$home"; then
    printf '%s\n' "$home"
    exit 0
  fi
fi

brew=$(brew --prefix 2>/dev/null) || brew=
best= best_version=
for home in \
  /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/java/* /usr/local/openjdk* \
  /Library/Java/JavaVirtualMachines/*/Contents/Home \
  "${HOME-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
  ${brew:+"$brew"/opt/openjdk*/libexec/openjdk.jdk/Contents/Home} \
  ${brew:+"$brew"/opt/openjdk*/libexec} \
  "${SDKMAN_DIR:-${HOME-}/.sdkman}"/candidates/java/* \
  "${HOME-}"/.asdf/installs/java/* "${HOME-}"/.local/share/mise/installs/java/* \
  "${HOME-}"/.jabba/jdk/* "${HOME-}"/.jdks/* "${HOME-}"/.gradle/jdks/* \
  "/c/Program Files"/*/jdk* "/cygdrive/c/Program Files"/*/jdk*; do
  if fits "$home" && [ "$version" -lt "${best_version:-99999}" ]; then
    best=$home best_version=$version
  fi
done
if [ -z "$best" ] && [ -x /usr/libexec/java_home ]; then
  home=$(/usr/libexec/java_home -v "$required+" 2>/dev/null) && fits "$home" && best=$home
fi
if [ -n "$best" ]; then
  printf '%s\n' "$best"
  exit 0
fi

found=
if [ -n "${JAVA_HOME-}" ]; then
  version_of "$JAVA_HOME"
  found=" (JAVA_HOME is ${version:-no JDK})"
fi
cat >&2 <<MESSAGE
Bramante needs JDK $required or newer and found none$found.
Install one, then run the same command again:
  any system     https://adoptium.net/temurin/releases/?version=$required
  SDKMAN         sdk install java $required-tem
  Debian/Ubuntu  apt install openjdk-$required-jdk
  Fedora         dnf install java-$required-openjdk-devel
  macOS          brew install openjdk@$required
If it is in an unusual place, set BRAMANTE_JAVA_HOME to it.
MESSAGE
exit 1
