package postbus.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import postbus.log.EventLog;
import postbus.mail.Event;
import postbus.mail.EventJson;
import postbus.mail.MailId;

/**
 * Tells what happened to a mail, or to all mails of an address, oldest first; or to all mails, as
 * it stands in the log.
 */
@Command(
    name = "trace",
    description = {
      "Tell the story of a mail, or of all mails from or to an address: one line a step.",
      "Without either, all that happened since --since, to search in.",
      "Exit status 1 when there is none."
    })
final class TraceCommand implements Callable<Integer> {
  private static final Duration USUAL = Duration.ofDays(1);

  /** Clocks differ: the first event of a mail may seem older than its id. */
  private static final Duration CLOCKS = Duration.ofMinutes(1);

  private static final int EVENTS_MAX = 100_000;

  @Parameters(paramLabel = "ID|ADDRESS", arity = "0..1", description = "A mail id, or an address.")
  private @Nullable String of;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = TimeSpan.class,
      description = "How far back, such as 90s, 30m, 1h, 2d (an address: 1d; an id: its own age).")
  private @Nullable Duration since;

  @Option(
      names = "--what",
      paramLabel = "STEP",
      split = ",",
      converter = StepName.class,
      description = "Only these steps, such as bounced or delivered,deferred.")
  private Set<Event.What> what = EnumSet.allOf(Event.What.class);

  @Option(names = "--json", description = "One JSON object a line, for programs.")
  private boolean json;

  @Mixin private LogAddress log = new LogAddress();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    var line = Objects.requireNonNull(spec).commandLine();
    Optional<Subject> subject = Optional.ofNullable(of).map(text -> subject(text, line));
    Instant start = start(subject);
    PrintWriter err = line.getErr();
    long told;
    try (EventLog events = new EventLog(log.find(), LogAddress.WAIT)) {
      told =
          subject.isPresent()
              ? print(story(events, subject.get(), start), line.getOut())
              : printAll(events, start, line.getOut());
      if (events.unreadable() > 0) {
        err.printf("%d events could not be read.%n", events.unreadable());
      }
    }
    if (told > 0) {
      return 0;
    }
    String whom = subject.isPresent() ? " about " + of : "";
    err.printf("Nothing%s since %s.%n", whom, StoryLine.time(start, ZoneId.systemDefault()));
    err.flush();
    return Postbus.FAILED;
  }

  private static Subject subject(String text, CommandLine line) {
    return Subject.parse(text)
        .orElseThrow(
            () -> new ParameterException(line, "neither a mail id nor an address: " + text));
  }

  private Instant start(Optional<Subject> subject) {
    if (since == null && subject.orElse(null) instanceof Subject.OneMail(MailId id)) {
      return id.madeAt().minus(CLOCKS);
    }
    return Instant.now().minus(since == null ? USUAL : since);
  }

  /** Two readings: an event of a mail may come before the one that names the address. */
  private List<Event> story(EventLog log, Subject subject, Instant start) throws IOException {
    Set<MailId> mails = new HashSet<>();
    switch (subject) {
      case Subject.OneMail(MailId id) -> mails.add(id);
      case Subject.Correspondent address ->
          log.read(
              start,
              event -> {
                if (mails.size() <= EVENTS_MAX && address.isOf(event)) {
                  mails.add(event.mail());
                }
              });
    }
    List<Event> story = new ArrayList<>();
    if (!mails.isEmpty()) {
      log.read(
          start,
          event -> {
            if (story.size() <= EVENTS_MAX
                && mails.contains(event.mail())
                && what.contains(event.what())) {
              story.add(event);
            }
          });
    }
    if (story.size() > EVENTS_MAX || mails.size() > EVENTS_MAX) {
      throw new IOException("more than " + EVENTS_MAX + " events; ask for less with --since");
    }
    story.sort(Comparator.comparing(Event::at));
    return story;
  }

  private long print(List<Event> story, PrintWriter out) {
    boolean several = story.stream().map(Event::mail).distinct().limit(2).count() > 1;
    story.forEach(event -> print(event, several, out));
    out.flush();
    return story.size();
  }

  /** As they are read, since they may be any number. */
  private long printAll(EventLog log, Instant start, PrintWriter out) throws IOException {
    LongAdder told = new LongAdder();
    log.read(
        start,
        event -> {
          if (what.contains(event.what())) {
            print(event, true, out);
            told.increment();
          }
        });
    out.flush();
    return told.sum();
  }

  private void print(Event event, boolean several, PrintWriter out) {
    out.println(
        json
            ? new String(EventJson.write(event), StandardCharsets.UTF_8)
            : StoryLine.of(event, several, ZoneId.systemDefault()));
  }
}
