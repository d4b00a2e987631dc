package postbus.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import postbus.log.ContentFolder;
import postbus.log.ContentLease;
import postbus.log.ContentStore;
import postbus.log.Letter;
import postbus.log.Mail;
import postbus.mail.ContentRef;

/**
 * The contents of dead letters, also those that are kept beside the log.
 *
 * @param folder of the content store; it need not be there where no content is large
 */
record LetterContents(Path folder) {

  /** Extends a content's lease, so that it is there when the mail is tried. */
  ContentLease extending() {
    return ref -> {
      try {
        store(ref).extend(ref);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    };
  }

  /** Only looks whether a content is there. */
  ContentLease looking() {
    return ref -> {
      try {
        if (store(ref).livesUntil(ref).isEmpty()) {
          throw new NoSuchFileException(ref.name());
        }
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    };
  }

  /** The content of a letter, wherever it is. The caller closes it. */
  InputStream open(Letter letter) throws IOException {
    var ref = letter.envelope().flatMap(envelope -> envelope.body().stored());
    return ref.isEmpty()
        ? new ByteArrayInputStream(letter.content())
        : store(ref.get()).open(new Mail(letter.envelope().orElseThrow(), letter.content()));
  }

  /** Where the content of a letter is, for people: in the log, or until when it is beside it. */
  String whereabouts(Letter letter) {
    var ref = letter.envelope().flatMap(envelope -> envelope.body().stored());
    if (ref.isEmpty()) {
      return "in the log";
    }
    try {
      return store(ref.get())
          .livesUntil(ref.get())
          .map(until -> "until " + LetterText.time(until))
          .orElse("gone");
    } catch (IOException gone) {
      return "gone";
    }
  }

  private ContentStore store(ContentRef ref) throws IOException {
    Path file = folder.resolve(ref.name());
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return new ContentFolder(folder);
  }
}
