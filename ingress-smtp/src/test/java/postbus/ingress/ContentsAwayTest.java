package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.ContentFolder;
import postbus.log.ContentStore;
import postbus.log.ContentsAway;
import postbus.mail.ContentRef;
import postbus.mail.MailId;

/** A store of large contents that takes none for a while. */
class ContentsAwayTest {
  @TempDir Path folder;

  @Test
  void aLargeMailIs451WhileTheStoreIsAwayAndIsTakenAfterwards() throws IOException {
    Away store = new Away(new ContentFolder(folder));
    assertThat(offer(store)).isEqualTo(new Content.Refused(Replies.LOG_AWAY));
    store.isAway = false;
    assertThat(offer(store)).isInstanceOf(Content.Received.class);
  }

  private static Content offer(ContentStore store) {
    OctetBudget memory = new OctetBudget(100_000);
    ContentBuffer buffer = new ContentBuffer(MailId.next(), 1000, memory, store);
    byte[] large = new byte[2000];
    assertThat(buffer.write(large, 0, large.length)).isEmpty();
    Content content = buffer.finish(large.length);
    buffer.discard();
    assertThat(memory.taken()).isZero();
    return content;
  }

  /** A folder that cannot be reached when a content is to be made durable. */
  private static final class Away implements ContentStore {
    private final ContentStore there;
    private boolean isAway = true;

    Away(ContentStore there) {
      this.there = there;
    }

    @Override
    public Writer begin(MailId mail) throws IOException {
      Writer writer = there.begin(mail);
      return new Writer() {
        @Override
        public void write(byte[] octets, int offset, int length) throws IOException {
          writer.write(octets, offset, length);
        }

        @Override
        public ContentRef finish() throws IOException {
          if (isAway) {
            throw new ContentsAway("the bucket is away", new IOException("refused"));
          }
          return writer.finish();
        }

        @Override
        public void close() throws IOException {
          writer.close();
        }
      };
    }

    @Override
    public InputStream open(ContentRef content) throws IOException {
      return there.open(content);
    }

    @Override
    public void extend(ContentRef content) {
      there.extend(content);
    }

    @Override
    public Optional<Instant> livesUntil(ContentRef content) throws IOException {
      return there.livesUntil(content);
    }

    @Override
    public int sweep(Instant now) throws IOException {
      return there.sweep(now);
    }
  }
}
