package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import postbus.log.ContentStore;
import postbus.mail.SmtpReply;
import postbus.mail.TlsUsed;
import postbus.site.Site;

/**
 * A session without a socket that checks itself: one reply for each command and each content, none
 * of them malformed; a mail is acknowledged only when the intake has taken it durably; every octet
 * is read once. What policy and intake answer follows from a seed.
 */
final class FuzzedSession {
  private static final TlsUsed TLS = new TlsUsed("TLSv1.3", "TLS_AES_256_GCM_SHA384");
  private static final SmtpReply QUEUED = SmtpReply.of(250, "2.0.0", "Ok: queued as fuzz");
  private static final SmtpReply NOBODY = SmtpReply.of(550, "5.1.1", "Unknown user");
  private static final Pattern REPLY = Pattern.compile("([2-5]\\d\\d[ -][ -~]*\r\n)+");

  /** Replies that are known to be well-formed. */
  private final Set<SmtpReply> wellFormed;

  private final Site site;
  private final Random answers;
  private final InputBuffer input = new InputBuffer();
  private final Contents contents;
  private SmtpSession session;
  private CommandLines lines;
  private boolean open = true;
  private boolean durable;
  private int saidNow;
  private long fed;
  private long read;
  private int commands;
  private int mails;
  private int accountMails;
  private long story = 17;

  FuzzedSession(
      Site site,
      String listener,
      Origin origin,
      ContentStore store,
      long answers,
      Set<SmtpReply> wellFormed) {
    this.site = site;
    this.answers = new Random(answers);
    this.wellFormed = wellFormed;
    this.contents = new Contents(site.sessions(), new OctetBudget(1 << 20), store);
    SmtpSession first =
        new SmtpSession(
            site,
            site.listeners().get(listener),
            origin,
            trusted ->
                trusted || this.answers.nextInt(20) > 0
                    ? Optional.empty()
                    : Optional.of(Replies.POLICY_AWAY));
    if (first.beginsWithTls()) {
      first.onTls(TLS);
    }
    begin(first);
  }

  private void begin(SmtpSession next) {
    session = next;
    lines = CommandLines.of(site, next.isTrusted());
    follow(next.onConnect(false));
  }

  /** Reads these octets; those of a session that is over count for nothing. */
  void feed(byte[] octets, int from, int to) {
    if (!open || from == to) {
      return;
    }
    input.append(Arrays.copyOfRange(octets, from, to));
    fed += to - from;
    boolean more = true;
    while (more && open && input.size() > 0) {
      int before = input.size();
      saidNow = 0;
      more = contents.isReading() ? readContent() : readCommand();
      read += before - input.size();
      check(input.size() <= before && read + input.size() == fed, "each octet is read once");
    }
  }

  private boolean readCommand() {
    Optional<Command> command = lines.next(input, session.isAsking());
    if (command.isPresent()) {
      commands++;
      follow(session.on(command.get()));
      int begun = contents.isReading() ? 1 : 0;
      boolean one = saidNow + begun == 1;
      check(one || command.get() instanceof Command.Data && saidNow == 1, "each has one reply");
      discardChunks();
    }
    return command.isPresent();
  }

  private boolean readContent() {
    Contents.Progress progress = contents.read(input);
    switch (progress) {
      case MORE -> {}
      case CHUNK -> {
        follow(session.onChunk(contents.refusal()));
        discardChunks();
      }
      case SKIPPED_CHUNK -> follow(session.onChunkSkipped());
      case WHOLE -> follow(session.onContentEnd(contents.finish()));
      case ENDLESS -> follow(session.onEnd(Replies.WILL_NOT_END));
    }
    check(saidNow == (progress == Contents.Progress.MORE ? 0 : 1), "a content has one reply");
    return true;
  }

  private void discardChunks() {
    if (!session.isGathering()) {
      contents.discardChunks();
    }
  }

  /** Follows the steps until the session has said something. */
  private void follow(Step step) {
    switch (step) {
      case Step.Say(SmtpReply reply, boolean close) -> say(reply, close);
      case Step.AskSender _ -> follow(session.onSenderAnswer(aboutARecipient()));
      case Step.AskRecipient _ -> follow(session.onRecipientAnswer(aboutARecipient()));
      case Step.Challenge(SmtpReply reply) -> say(reply, false);
      case Step.AskLogin(LoginQuestion question) ->
          follow(session.onLoginAnswer(aboutALogin(question)));
      case Step.BeginContent content -> {
        contents.beginData(content);
        say(content.goAhead(), false);
      }
      case Step.ReadChunk chunk -> {
        contents.beginChunk(chunk);
        begunChunk(chunk.octets());
      }
      case Step.SkipChunk(long octets) -> {
        contents.skipChunk(octets);
        begunChunk(octets);
      }
      case Step.StartTls(SmtpReply goAhead) -> {
        session.onTls(TLS);
        say(goAhead, false);
      }
      case Step.Restart(SmtpSession next) -> begin(next);
      case Step.Submit(var envelope, var _) -> {
        assertThat(envelope.recipients()).isNotEmpty();
        boolean isAccounts = envelope.client().account().isPresent();
        check(!isAccounts || envelope.client().tls().isPresent(), "nobody logs in without TLS");
        check(!isAccounts || envelope.client().trusted(), "who has logged in is trusted");
        accountMails += isAccounts ? 1 : 0;
        mails++;
        story = story * 31 + Arrays.hashCode(contents.inline());
        contents.discard();
        durable = answers.nextInt(4) > 0;
        follow(session.onSubmitted(durable ? QUEUED : Replies.LOG_AWAY));
      }
    }
  }

  private SmtpReply aboutARecipient() {
    return switch (answers.nextInt(4)) {
      case 0 -> Replies.RECIPIENT_UNKNOWABLE;
      case 1 -> NOBODY;
      default -> Replies.RECIPIENT_OK;
    };
  }

  private LoginAnswer aboutALogin(LoginQuestion question) {
    String name = question.credentials().name();
    check(name.chars().noneMatch(Character::isISOControl), "a name holds no control character");
    check(question.credentials().password().length > 0, "a password is there");
    return switch (answers.nextInt(4)) {
      case 0 -> new LoginAnswer.WrongPassword();
      case 1 -> new LoginAnswer.Away("as the seed wants it");
      default -> new LoginAnswer.Welcome("jane@example.org");
    };
  }

  /** An empty chunk is there already. */
  private void begunChunk(long octets) {
    if (octets == 0) {
      readContent();
    }
  }

  private void say(SmtpReply reply, boolean close) {
    check(open, "nothing is said after the end");
    open = !close;
    saidNow++;
    story = story * 31 + reply.hashCode();
    if (!wellFormed.contains(reply)) {
      StringBuilder octets = new StringBuilder();
      ReplyWriter.append(octets, reply);
      assertThat(octets.toString()).matches(REPLY);
      wellFormed.add(reply);
    }
    if (reply.equals(QUEUED)) {
      check(durable, "what is acknowledged is durable");
      durable = false;
    }
  }

  /** As cheap as it must be for millions. */
  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("broken: " + what);
    }
  }

  int commands() {
    return commands;
  }

  int mails() {
    return mails;
  }

  /** Mails of those who logged in. */
  int accountMails() {
    return accountMails;
  }

  /** What was said and taken, in a number: the same octets make the same story. */
  long story() {
    return story;
  }

  boolean isOpen() {
    return open;
  }

  /** Gives back what a session that just ends holds. */
  void close() {
    contents.discard();
  }
}
