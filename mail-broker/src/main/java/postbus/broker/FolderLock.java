package postbus.broker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Makes a folder this broker's own while it runs. The operating system gives the lock back when the
 * process ends, however it ends.
 */
final class FolderLock implements AutoCloseable {
  private static final String FILE = "in-use";
  private final FileChannel file;

  private FolderLock(FileChannel file) {
    this.file = file;
  }

  /** Creates the folder if need be. */
  static FolderLock of(Path folder) {
    FileChannel file = open(folder);
    try {
      if (file.tryLock() != null) {
        return new FolderLock(file);
      }
    } catch (IOException | OverlappingFileLockException held) {
      close(file, held);
      throw new BrokerStartFailure("folder in use by another broker: " + folder, held);
    }
    close(file, null);
    throw new BrokerStartFailure("folder in use by another broker: " + folder, null);
  }

  private static FileChannel open(Path folder) {
    try {
      Files.createDirectories(folder);
      return FileChannel.open(
          folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException refused) {
      throw new BrokerStartFailure("folder not writable: " + folder, refused);
    }
  }

  private static void close(FileChannel file, @Nullable Exception why) {
    try {
      file.close();
    } catch (IOException second) {
      if (why != null) {
        why.addSuppressed(second);
      }
    }
  }

  @Override
  public void close() {
    close(file, null);
  }
}
