package postbus.mail;

/** To whom the pool's deliverer connects (RFC 5321, section 5.1). */
public sealed interface NextHop {

  /** The mail exchangers of a domain, asked of DNS when the mail leaves. */
  record Exchangers(String domain) implements NextHop {
    @Override
    public String toString() {
      return domain;
    }
  }

  /** One host that the site's configuration names, such as a smart host. IPv6 without brackets. */
  record Host(String name, int port) implements NextHop {
    @Override
    public String toString() {
      return (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port;
    }
  }

  /** The mailboxes of this installation; the imap-bridge's business. */
  record Mailbox() implements NextHop {
    @Override
    public String toString() {
      return "mailbox";
    }
  }
}
