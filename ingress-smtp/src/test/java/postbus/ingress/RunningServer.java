package postbus.ingress;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import postbus.log.ContentFolder;
import postbus.log.Mail;
import postbus.mail.Client;
import postbus.mail.SmtpReply;
import postbus.process.ProcessSettings;
import postbus.site.LiveFiles;
import postbus.site.SessionLimits;
import postbus.site.Site;

/** A server that takes every mail, and knows no recipient whose name begins with "no". */
final class RunningServer implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final List<Mail> taken = new CopyOnWriteArrayList<>();
  private final SmtpServer server;

  RunningServer(Path folder, SessionLimits limits) throws IOException {
    this(folder, Sites.of(limits));
  }

  RunningServer(Path folder, Site site) throws IOException {
    this(folder, site, new TestLogins());
  }

  RunningServer(Path folder, Site site, Logins logins) throws IOException {
    server =
        new SmtpServer(
            vertx,
            site,
            question ->
                question.recipient().localPart().startsWith("no")
                    ? SmtpReply.of(550, "5.1.1", "Unknown user")
                    : Replies.RECIPIENT_OK,
            new PolicyHealth(),
            new FreeSpace(folder, site.sessions().diskFreeMin()),
            new SenderDesk(site, new LiveFiles(folder)),
            logins,
            new Taking(),
            new ContentFolder(folder),
            new ProcessSettings(folder, folder, Duration.ofSeconds(1)));
    server.start();
  }

  private final class Taking implements Intake {
    @Override
    public CompletableFuture<SmtpReply> take(Mail mail) {
      taken.add(mail);
      return CompletableFuture.completedFuture(Replies.queued(mail.envelope().id()));
    }

    @Override
    public boolean isBusy() {
      return false;
    }

    @Override
    public boolean isReady() {
      return true;
    }
  }

  List<Mail> taken() {
    return taken;
  }

  int sessions() {
    return server.sessions();
  }

  /** Who handed in the last mail. */
  Client client() {
    return taken.getLast().envelope().client();
  }

  /** The trace field of the last mail. */
  String received() {
    return taken.getLast().envelope().added().getFirst().body();
  }

  SmtpPeer from(InetAddress client) throws IOException {
    return from(client, "mx");
  }

  SmtpPeer from(InetAddress client, String listener) throws IOException {
    return SmtpPeer.connect(client, server.port(listener));
  }

  int port(String listener) {
    return server.port(listener);
  }

  /** A connection whose first segment begins so. */
  SmtpPeer behind(InetAddress client, String beginning, String listener) throws IOException {
    return SmtpPeer.connect(client, server.port(listener), beginning);
  }

  void stop() {
    server.stop();
  }

  @Override
  public void close() {
    server.stop();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
