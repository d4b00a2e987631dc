package postbus.ingress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import postbus.log.ContentFolder;
import postbus.log.Mail;
import postbus.mail.SmtpReply;
import postbus.mail.TlsUsed;
import postbus.site.Site;

/** A session without a socket: octets in, replies and mails out. */
final class Talk {
  private static final TlsUsed TLS = new TlsUsed("TLSv1.3", "TLS_AES_256_GCM_SHA384");
  final List<Mail> mails = new ArrayList<>();
  final OctetBudget memory = new OctetBudget(1 << 20);
  final List<LoginQuestion> asked = new ArrayList<>();
  SmtpReply answer = Replies.OK;
  private SmtpSession session;
  private final CommandLines lines;
  private final InputBuffer input = new InputBuffer();
  private final Contents contents;
  private final Deque<String> replies = new ArrayDeque<>();
  private boolean open = true;

  /** Right after the greeting. */
  Talk(Path folder, InetAddress client) throws IOException {
    this(folder, client, Sites.of(Sites.small()), "mx");
  }

  /** Right after the greeting, in TLS where the listener begins with it. */
  Talk(Path folder, InetAddress client, Site site, String listener) throws IOException {
    session =
        new SmtpSession(
            site, site.listeners().get(listener), Origin.of(client), _ -> Optional.empty());
    if (session.beginsWithTls()) {
      session.onTls(TLS);
    }
    lines = CommandLines.of(site, session.isTrusted());
    contents = new Contents(site.sessions(), memory, new ContentFolder(folder));
    follow(session.onConnect(false));
    says("220 ");
  }

  /** A trusted client that has said EHLO and named a sender and a recipient. */
  static Talk ofMail(Path folder) throws IOException {
    return new Talk(folder, Sites.APP_SERVER).send("EHLO app.example").says("250-").begun();
  }

  Talk begun() {
    send("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>");
    return says("250 2.1.0").says("250 2.1.5");
  }

  Talk send(String... sent) {
    return raw(String.join("\r\n", sent) + "\r\n");
  }

  /** A chunk with its command. */
  Talk chunk(String octets) {
    return raw("BDAT " + octets.length() + "\r\n" + octets);
  }

  Talk last(String octets) {
    return raw("BDAT " + octets.length() + " LAST\r\n" + octets);
  }

  Talk raw(String octets) {
    input.append(octets.getBytes(ISO_8859_1));
    boolean more = true;
    while (more && open && input.size() > 0) {
      more = contents.isReading() ? readContent() : readCommand();
    }
    return this;
  }

  /** The next reply begins so. */
  Talk says(String beginning) {
    assertThat(replies).isNotEmpty();
    assertThat(replies.poll()).startsWith(beginning);
    return this;
  }

  Talk saysNothingMore() {
    assertThat(replies).isEmpty();
    return this;
  }

  /** All that has been said and not looked at. */
  String replies() {
    String all = String.join("", replies);
    replies.clear();
    return all;
  }

  void closes() {
    saysNothingMore();
    assertThat(open).isFalse();
  }

  /** The content of the only mail. */
  String content() {
    assertThat(mails).hasSize(1);
    return new String(mails.getFirst().content(), ISO_8859_1);
  }

  private boolean readCommand() {
    Optional<Command> command = lines.next(input, session.isAsking());
    command.ifPresent(said -> {
      follow(session.on(said));
      discardChunks();
    });
    return command.isPresent();
  }

  private boolean readContent() {
    switch (contents.read(input)) {
      case MORE -> {}
      case CHUNK -> {
        follow(session.onChunk(contents.refusal()));
        discardChunks();
      }
      case SKIPPED_CHUNK -> follow(session.onChunkSkipped());
      case WHOLE -> follow(session.onContentEnd(contents.finish()));
      case ENDLESS -> follow(session.onEnd(Replies.WILL_NOT_END));
    }
    return true;
  }

  private void discardChunks() {
    if (!session.isGathering()) {
      contents.discardChunks();
    }
  }

  private void follow(Step step) {
    switch (step) {
      case Step.Say(SmtpReply reply, boolean close) -> {
        StringBuilder said = new StringBuilder();
        ReplyWriter.append(said, reply);
        replies.add(said.toString());
        open = !close;
      }
      case Step.AskSender _ -> follow(session.onSenderAnswer(Replies.OK));
      case Step.AskRecipient _ -> follow(session.onRecipientAnswer(Replies.RECIPIENT_OK));
      case Step.BeginContent content -> {
        contents.beginData(content);
        follow(new Step.Say(content.goAhead(), false));
      }
      case Step.ReadChunk chunk -> {
        contents.beginChunk(chunk);
        begunChunk(chunk.octets());
      }
      case Step.SkipChunk(long octets) -> {
        contents.skipChunk(octets);
        begunChunk(octets);
      }
      case Step.Challenge(SmtpReply reply) -> follow(new Step.Say(reply, false));
      case Step.AskLogin(LoginQuestion question) -> {
        asked.add(question);
        follow(session.onLoginAnswer(new TestLogins().ask(question)));
      }
      case Step.StartTls(SmtpReply goAhead) -> {
        session.onTls(TLS);
        follow(new Step.Say(goAhead, false));
      }
      case Step.Restart(SmtpSession next) -> {
        session = next;
        follow(next.onConnect(false));
      }
      case Step.Submit(var envelope, var _) -> {
        byte[] inline = contents.inline();
        mails.add(new Mail(envelope, Arrays.copyOf(inline, inline.length)));
        contents.discard();
        follow(session.onSubmitted(answer));
      }
    }
  }

  private void begunChunk(long octets) {
    if (octets == 0) {
      readContent();
    }
  }
}
