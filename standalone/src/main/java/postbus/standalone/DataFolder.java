package postbus.standalone;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The folder of all that Postbus keeps on one machine, claimed by one process at a time.
 *
 * <p>The claim is a lock of the operating system on {@code run/lock}: it ends with the process,
 * however that ends, so a kill leaves nothing to clean up.
 */
final class DataFolder {
  /** Held until the process ends. */
  private static @Nullable FileLock claim;

  private DataFolder() {}

  /** Creates the folder if need be. */
  static void claim(Path folder) throws StartFailure {
    Path run = folder.resolve("run");
    try {
      Files.createDirectories(run);
      FileChannel channel =
          FileChannel.open(
              run.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      claim = tryLock(channel);
    } catch (IOException e) {
      throw new StartFailure(
          "the data folder " + folder.toAbsolutePath() + " cannot be written: " + e);
    }
    if (claim == null) {
      throw new StartFailure(
          "the data folder "
              + folder.toAbsolutePath()
              + " is in use by another Postbus;"
              + " stop that one, or choose another folder with --data");
    }
  }

  /** Notes where the log is, for the operators' commands. */
  static void tell(Path folder, String bootstrapServers) throws StartFailure {
    Path note = folder.resolve("run/kafka");
    try {
      Files.writeString(note, bootstrapServers + "\n");
    } catch (IOException e) {
      throw new StartFailure("cannot write " + note + ": " + e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }
}
