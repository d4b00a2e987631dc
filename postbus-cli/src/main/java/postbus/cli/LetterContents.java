package postbus.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;
import postbus.bucket.ContentPlace;
import postbus.log.ContentLease;
import postbus.log.ContentStore;
import postbus.log.Letter;

/** The contents of dead letters, also those that are kept beside the log. */
final class LetterContents {
  private final ContentPlace place;
  private @Nullable ContentStore opened;

  /**
   * @param place of the content store; it need not be there where no content is large
   */
  LetterContents(ContentPlace place) {
    this.place = place;
  }

  /** Extends a content's lease, so that it is there when the mail is tried. */
  ContentLease extending() {
    return ref -> {
      try {
        store().extend(ref);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    };
  }

  /** Only looks whether a content is there. */
  ContentLease looking() {
    return ref -> {
      try {
        if (store().livesUntil(ref).isEmpty()) {
          throw new NoSuchFileException(place + "/" + ref.name());
        }
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    };
  }

  /** The content of a letter, wherever it is. The caller closes it. */
  InputStream open(Letter letter) throws IOException {
    var ref = letter.envelope().flatMap(envelope -> envelope.body().stored());
    return ref.isEmpty() ? new ByteArrayInputStream(letter.content()) : store().open(ref.get());
  }

  /** Where the content of a letter is, for people: in the log, or until when it is beside it. */
  String whereabouts(Letter letter) {
    var ref = letter.envelope().flatMap(envelope -> envelope.body().stored());
    if (ref.isEmpty()) {
      return "in the log";
    }
    try {
      return store()
          .livesUntil(ref.get())
          .map(until -> "until " + LetterText.time(until))
          .orElse("gone");
    } catch (NoSuchFileException noStore) {
      return "gone";
    } catch (IOException away) {
      return "not known: " + away.getMessage();
    }
  }

  /** A folder is not made by looking. */
  private ContentStore store() throws IOException {
    if (place instanceof ContentPlace.Folder(var path) && !Files.isDirectory(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (opened == null) {
      opened = place.open();
    }
    return opened;
  }
}
