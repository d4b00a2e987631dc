package postbus.ingress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.content.Removals;
import postbus.content.Source;
import postbus.log.ContentFolder;
import postbus.log.ContentStore;
import postbus.mail.Client;
import postbus.mail.Envelope;
import postbus.mail.HeaderField;
import postbus.mail.Removal;
import postbus.mail.SmtpReply;
import postbus.mail.TlsUsed;
import postbus.site.LiveFiles;
import postbus.site.Site;
import postbus.site.Submission;
import postbus.site.Submission.Names;

/** What becomes of a mail that somebody with an account submits, without a socket. */
class SubmittedMailTest {
  private static final TlsUsed TLS = new TlsUsed("TLSv1.3", "TLS_AES_256_GCM_SHA384");
  private static final String FROM = "From: Mark <mark@wikimedia.org>\r\n";

  @TempDir private Path folder;
  private Submission rules = Submission.DEFAULT;
  private Optional<String> account = Optional.of("mark@wikimedia.org");

  private ContentStore store;

  @BeforeEach
  void begin() throws IOException {
    store = new ContentFolder(folder.resolve("content"));
    Files.createDirectory(folder.resolve("aliases"));
    Files.writeString(
        folder.resolve("aliases/wikimedia.org"),
        "noc: mark, rob@example.net\nrob: :defer: later\nops: noc, jane\n");
  }

  @Test
  void whatItLacksIsAddedBelowTheTraceAndNamesTheMail() {
    Envelope mail = submitted(FROM + "Subject: x\r\n\r\nHi.\r\n");
    assertThat(mail.added())
        .extracting(HeaderField::name)
        .containsExactly("Received", "Date", "Message-ID");
    assertThat(mail.added().get(1).body())
        .matches("[A-Z][a-z]{2}, \\d+ [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d \\+0000")
        .isEqualTo(ReceivedField.date(mail.receivedAt()));
    assertThat(mail.added().get(2).body()).isEqualTo("<" + mail.id() + "@mchenry.wikimedia.org>");
    assertThat(mail.edits().removed()).isEmpty();
  }

  @Test
  void whatIsThereStaysHoweverOddItIs() {
    assertThat(mended("MESSAGE-ID: <a@b>\r\nDate: 1\r\nDATE: 2\r\n" + FROM + "\r\nx")).isEmpty();
    assertThat(mended("message-id :\r\ndate:\r\n" + FROM + "\r\n")).isEmpty();
    assertThat(mended("Date: x\r\n" + FROM + "\r\nMessage-ID: in the body"))
        .containsExactly("Message-ID");
    assertThat(mended("Subject: x\r\n Date: folded\r\nMessage-ID: <a@b>\r\n" + FROM + "\r\n"))
        .containsExactly("Date");
  }

  @Test
  void whoGotABlindCopyIsToldToNobody() {
    assertThat(submitted(FROM + "BCC: a@x,\r\n b@x\r\nTo: c@x\r\n\r\nHi.").edits().removed())
        .containsExactly(Removal.of("bcc"));
    assertThat(submitted(FROM + "Resent-Bcc:\r\nbcc:\r\n\r\n").edits().removed())
        .containsExactly(Removal.of("bcc"), Removal.of("resent-bcc"));
    assertThat(submitted(FROM + "X-Bcc: a\r\n\r\nBcc: in the body").edits().removed()).isEmpty();
    assertThat(submitted(FROM + "no field\r\nBcc: a@x\r\n\r\n").edits().removed())
        .as("what is behind a line that is no field")
        .contains(Removal.of("bcc"), Removal.of("resent-bcc"));
  }

  @Test
  void nobodyVouchesForHimselfInOurName() throws IOException {
    String ours = "Authentication-results : (x)\r\n mchenry.Wikimedia.org; dkim=pass\r\n";
    String others = "Authentication-Results: mx.example.net; spf=pass\r\n";
    for (String content : List.of(ours + others, others + "no field\r\n" + ours)) {
      rules = new Submission(Names.ANY, Names.ANY, false, 1000);
      assertThat(sent(content + FROM + "\r\n" + ours))
          .isEqualTo(content.replace(ours, "") + FROM + "\r\n" + ours);
    }
    account = Optional.empty(); // A host of ours may have checked what it hands on.
    assertThat(sent(ours + FROM + "\r\n")).isEqualTo(ours + FROM + "\r\n");
  }

  @Test
  void aHeaderMayBeMissingOrHaveNoEnd() {
    rules = new Submission(Names.ANY, Names.ANY, false, 1000);
    for (String content : List.of("", "\r\n", "Hello,\r\nDate: x\r\n", "no colon", "\r\nDate: x")) {
      assertThat(mended(content)).containsExactly("Date", "Message-ID");
    }
    assertThat(mended("Subject: x\r\nDate: y")).containsExactly("Message-ID");
  }

  @Test
  void itIsTheSameInChunksAndInTheContentStore() {
    String header = FROM + "Bcc: x@y\r\nDate: z\r\nSubject: long\r\n";
    String large = header + "X-Fill: y\r\n".repeat(500) + "\r\n" + "z".repeat(900) + "\r\n";
    for (Envelope mail : List.of(submitted(large), inChunks(large), inChunks(header + "\r\n"))) {
      assertThat(mail.added())
          .extracting(HeaderField::name)
          .containsExactly("Received", "Message-ID");
      assertThat(mail.edits().removed()).containsExactly(Removal.of("bcc"));
    }
    assertThat(submitted(large).body().stored()).isPresent();
  }

  @Test
  void mailOfOurOwnHostsStaysAsItIs() {
    account = Optional.empty();
    Envelope mail = submitted("Bcc: x@y\r\n\r\nHi.");
    assertThat(mail.added()).extracting(HeaderField::name).containsExactly("Received");
    assertThat(mail.edits().removed()).isEmpty();
    assertThat(talk().mail("ceo@wikimedia.org")).hasToString("250 2.1.0 Sender ok");
  }

  @Test
  void wherePeopleAreIsToldUnlessTheSiteKeepsItToItself() {
    assertThat(submitted(FROM + "\r\n").added().getFirst().body())
        .startsWith("from [10.1.2.3] ([192.0.2.7])\r\n\tby mchenry.wikimedia.org with ESMTPS");
    rules = new Submission(Names.OWN, Names.OWN, true, 1000);
    Envelope hidden = submitted(FROM + "\r\n");
    assertThat(hidden.added().getFirst().body())
        .startsWith("from authenticated-user\r\n\tby mchenry.wikimedia.org with ESMTPS")
        .contains(" id " + hidden.id())
        .contains("\r\n\tfor <a@example.org>")
        .doesNotContain("192.0.2.7", "10.1.2.3", "mark@");
    assertThat(hidden.client().address()).isEqualTo("192.0.2.7");
    account = Optional.empty();
    assertThat(submitted(FROM + "\r\n").added().getFirst().body()).contains("[192.0.2.7]");
  }

  @Test
  void theSenderIsAnAddressOfTheAccount() {
    assertThat(talk().mail("mark@wikimedia.org")).hasToString("250 2.1.0 Sender ok");
    assertThat(talk().mail("Mark@Wikimedia.org")).hasToString("250 2.1.0 Sender ok");
    assertThat(talk().mail("ops@wikimedia.org")).hasToString("250 2.1.0 Sender ok");
    assertThat(talk().mail("")).hasToString("250 2.1.0 Sender ok");
    assertThat(talk().mail("jane@wikimedia.org")).isEqualTo(Replies.NOT_YOUR_ADDRESS);
    assertThat(talk().mail("mark@example.org")).isEqualTo(Replies.NOT_YOUR_ADDRESS);
    assertThat(talk().mail("rob@wikimedia.org")).isEqualTo(Replies.SENDER_UNKNOWABLE);
  }

  @Test
  void aSiteMayAllowMore() {
    rules = new Submission(Names.LOCAL_DOMAINS, Names.LOCAL_DOMAINS, false, 1000);
    assertThat(talk().mail("jane@wikimedia.org").isPositive()).isTrue();
    assertThat(talk().mail("mark@example.org")).isEqualTo(Replies.NOT_YOUR_ADDRESS);
    rules = new Submission(Names.ANY, Names.ANY, false, 1000);
    assertThat(talk().mail("mark@example.org").isPositive()).isTrue();
  }

  @Test
  void afterARefusedSenderAnotherOneMayBeNamed() {
    SubmissionTalk talk = talk();
    assertThat(talk.mail("jane@wikimedia.org")).isEqualTo(Replies.NOT_YOUR_ADDRESS);
    assertThat(talk.rcpt("a@example.org")).isEqualTo(Replies.MAIL_FIRST);
    assertThat(talk.mail("mark@wikimedia.org")).isEqualTo(Replies.SENDER_OK);
    assertThat(talk.rcpt("a@example.org")).isEqualTo(Replies.RECIPIENT_OK);
  }

  @Test
  void soIsTheAuthorThatTheFromFieldNames() {
    assertThat(author("From: mark@wikimedia.org")).isEqualTo(Replies.OK);
    assertThat(author("From: \"The NOC\" <NOC@wikimedia.org>")).isEqualTo(Replies.OK);
    assertThat(author("From: jane@wikimedia.org")).isEqualTo(Replies.NOT_YOUR_FROM_FIELD);
    assertThat(author("From: mark@wikimedia.org, jane@wikimedia.org"))
        .isEqualTo(Replies.NOT_YOUR_FROM_FIELD);
    assertThat(author("From: mark@wikimedia.org\r\nFrom: jane@wikimedia.org"))
        .isEqualTo(Replies.NOT_YOUR_FROM_FIELD);
    assertThat(author("From: <jane@wikimedia.org> (mark@wikimedia.org)"))
        .isEqualTo(Replies.NOT_YOUR_FROM_FIELD);
    assertThat(author("To: a@b")).isEqualTo(Replies.NOT_YOUR_FROM_FIELD);
    assertThat(author("From: mark@wikimedia.org\r\nBcc: x\r\nBcc\f: y\r\nFrom: jane@wikimedia.org"))
        .isEqualTo(Replies.BROKEN_HEADER);
    assertThat(author("From: rob@wikimedia.org")).isEqualTo(Replies.SENDER_UNKNOWABLE);
    rules = new Submission(Names.OWN, Names.ANY, false, 1000);
    assertThat(author("From: jane@wikimedia.org")).isEqualTo(Replies.OK);
    assertThat(author("To: a@b\r\nno field")).isEqualTo(Replies.OK);
  }

  @Test
  void anAccountThatIsNoAddressHasNone() {
    account = Optional.of("mark");
    assertThat(talk().mail("mark@wikimedia.org")).isEqualTo(Replies.NOT_YOUR_ADDRESS);
    assertThat(talk().mail("").isPositive()).isTrue();
  }

  private SubmissionTalk talk() {
    Client client =
        new Client("192.0.2.7", "[10.1.2.3]", "submission", true, Optional.of(TLS), account);
    Site site = Sites.submitting(folder, rules);
    return new SubmissionTalk(site, client, new LiveFiles(folder), store);
  }

  private Envelope submitted(String content) {
    return talk().begun("mark@wikimedia.org").data(content).envelope();
  }

  /** What leaves of a content, without what is added. */
  private String sent(String content) throws IOException {
    Source text = () -> new ByteArrayInputStream(content.getBytes(ISO_8859_1));
    try (InputStream left = Removals.without(submitted(content).edits().removed(), text).open()) {
      return new String(left.readAllBytes(), ISO_8859_1);
    }
  }

  private Envelope inChunks(String content) {
    return talk().begun("mark@wikimedia.org").chunks(content, 100).envelope();
  }

  private List<String> mended(String content) {
    return submitted(content).added().stream().map(HeaderField::name).skip(1).toList();
  }

  private SmtpReply author(String header) {
    SubmissionTalk talk = talk().begun("mark@wikimedia.org");
    return talk.answer(talk.data(header + "\r\n\r\nHi.\r\n").author());
  }
}
