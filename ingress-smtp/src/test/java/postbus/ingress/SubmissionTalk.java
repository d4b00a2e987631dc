package postbus.ingress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Optional;
import postbus.log.ContentStore;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;
import postbus.site.LiveFiles;
import postbus.site.Site;

/** A mail of a client who is known already, without a session around it. */
final class SubmissionTalk {
  private final MailDialogue dialogue;
  private final SenderDesk senders;
  private final Contents contents;
  private final InputBuffer input = new InputBuffer();

  SubmissionTalk(Site site, Client client, LiveFiles files, ContentStore store) {
    dialogue = new MailDialogue(site, _ -> Optional.empty());
    senders = new SenderDesk(site, files);
    contents = new Contents(site.sessions(), new OctetBudget(1 << 20), store);
    dialogue.greetedBy(client, true);
  }

  SmtpReply mail(String sender) {
    Step step = dialogue.mail(command(sender));
    return reply(
        step instanceof Step.AskSender(SenderQuestion question)
            ? dialogue.onSenderAnswer(senders.ask(question).join())
            : step);
  }

  SmtpReply rcpt(String to) {
    Step step = dialogue.rcpt(new Command.Rcpt(EmailAddress.of(to)));
    return reply(
        step instanceof Step.AskRecipient
            ? dialogue.onRecipientAnswer(Replies.RECIPIENT_OK)
            : step);
  }

  SubmissionTalk begun(String sender) {
    mail(sender);
    rcpt("a@example.org");
    return this;
  }

  /** The content in one piece, with a final dot. */
  Step.Submit data(String content) {
    contents.beginData((Step.BeginContent) dialogue.data());
    input.append(
        (content + (content.isEmpty() || content.endsWith("\r\n") ? "" : "\r\n") + ".\r\n")
            .getBytes(ISO_8859_1));
    contents.read(input);
    return end();
  }

  /** The content in chunks of so many octets. */
  Step.Submit chunks(String content, int octets) {
    for (int at = 0; at < content.length(); at += octets) {
      String chunk = content.substring(at, Math.min(at + octets, content.length()));
      boolean isLast = at + octets >= content.length();
      contents.beginChunk((Step.ReadChunk) dialogue.bdat(new Command.Bdat(chunk.length(), isLast)));
      input.append(chunk.getBytes(ISO_8859_1));
      contents.read(input);
      if (!isLast) {
        dialogue.onChunk(contents.refusal());
      }
    }
    return end();
  }

  private Step.Submit end() {
    Content content = contents.finish();
    contents.discard();
    return (Step.Submit) dialogue.onContentEnd(content);
  }

  /** What becomes of a mail for its author; nobody is asked about most. */
  SmtpReply answer(Optional<SenderQuestion> author) {
    return author.map(question -> senders.ask(question).join()).orElse(Replies.OK);
  }

  private static Command.Mail command(String sender) {
    return new Command.Mail(ReversePath.of(sender), 0, false, false);
  }

  private static SmtpReply reply(Step step) {
    return ((Step.Say) step).reply();
  }
}
