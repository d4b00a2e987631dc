package postbus.imap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/**
 * Small programs in a folder that any user may enter, and a folder where any user may write what
 * they have seen, as they run as somebody else than the test.
 */
record Scripts(Path folder) {
  static Scripts in(Path folder) throws IOException {
    permit(folder, "rwxr-xr-x");
    permit(Files.createDirectory(folder.resolve("seen")), "rwxrwxrwx");
    return new Scripts(folder);
  }

  /** A program for sh that is called with its arguments; {@code $seen} is where it may write. */
  Path script(String name, String... lines) throws IOException {
    Path script = folder.resolve(name);
    Files.writeString(
        script,
        "#!/bin/sh\nseen='%s'\n%s\n".formatted(folder.resolve("seen"), String.join("\n", lines)));
    return permit(script, "r-xr-xr-x");
  }

  Path seen(String name) {
    return folder.resolve("seen").resolve(name);
  }

  String text(String name) throws IOException {
    return Files.readString(seen(name), UTF_8);
  }

  List<String> lines(String name) throws IOException {
    return Files.readAllLines(seen(name), UTF_8);
  }

  /** The process whose number a script has written into this file, once it has. */
  ProcessHandle process(String name) throws IOException {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.exists(seen(name)) && text(name).endsWith("\n"));
    return ProcessHandle.of(Long.parseLong(text(name).strip())).orElseThrow();
  }

  static Path permit(Path path, String permissions) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }
}
