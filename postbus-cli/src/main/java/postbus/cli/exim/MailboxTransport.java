package postbus.cli.exim;

import java.util.Optional;

/** Translates the transport into mailboxes: LMTP, or Dovecot's program. */
final class MailboxTransport {
  private final SiteDraft draft;

  MailboxTransport(SiteDraft draft) {
    this.draft = draft;
  }

  /** One that is something else is not taken, so that it is told; Postbus then writes Maildirs. */
  void translate(Block transport) {
    String command = transport.look("command").split("\\s", 2)[0];
    if (transport.look("driver").equals("lmtp") && !transport.look("socket").isEmpty()) {
      draft.put("lmtp", "mailboxes", "deliver-by");
      draft.put(transport.take("socket", ""), "mailboxes", "lmtp");
      transport.ignore("driver", "batch_max", "batch_id");
    } else if (transport.look("driver").equals("pipe")
        && command.matches("/.*/(deliver|dovecot-lda)")) {
      draft.put("lda", "mailboxes", "deliver-by");
      draft.put(command, "mailboxes", "lda");
      transport.ignore("driver", "command", "return_path_add", "delivery_date_add");
      transport.ignore("envelope_to_add", "log_output", "temp_errors");
      Optional<String> user = transport.take("user");
      user.ifPresent(runs -> draft.put(runs, "mailboxes", "lda-user"));
    }
  }
}
