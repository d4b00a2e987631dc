package postbus.bucket;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.ContentStore;

class ContentsInAFolderTest implements ContentStoreContract {
  @TempDir Path data;

  @Override
  public ContentStore store() throws IOException {
    return ContentPlace.of(data, _ -> Optional.empty()).open();
  }
}
