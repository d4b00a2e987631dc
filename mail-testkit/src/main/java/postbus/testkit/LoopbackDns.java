package postbus.testkit;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;

/**
 * A DNS server on loopback (UDP and TCP, a port of its own) that knows every domain there is: what
 * is not in its records does not exist. Single names can be made to fail, to stay silent or to have
 * answers that are too long for a datagram.
 */
public final class LoopbackDns implements AutoCloseable {
  private static final int DATAGRAM_OCTETS_MAX = 4096;
  private static final long TTL_SECONDS = 60;

  private final DatagramSocket socket;
  private final ServerSocket tcp;
  private final List<Record> records = new CopyOnWriteArrayList<>();
  private final List<Record> questions = new CopyOnWriteArrayList<>();
  private final Set<Name> failing = ConcurrentHashMap.newKeySet();
  private final Set<Name> silent = ConcurrentHashMap.newKeySet();
  private final Set<Name> truncated = ConcurrentHashMap.newKeySet();
  private final List<Thread> servers;

  private LoopbackDns() throws IOException {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    tcp = new ServerSocket(0, 50, loopback);
    socket = new DatagramSocket(new InetSocketAddress(loopback, tcp.getLocalPort()));
    servers =
        List.of(
            Thread.ofVirtual().name("loopback-dns").start(this::serve),
            Thread.ofVirtual().name("loopback-dns-tcp").start(this::serveTcp));
  }

  /** A running server. @param zone lines of a master file, such as {@code a.example. MX 10 b.} */
  public static LoopbackDns serving(String zone) throws IOException {
    return new LoopbackDns().add(zone);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
  }

  /** Answers SERVFAIL to every question about this name. */
  public LoopbackDns failing(String name) {
    failing.add(absolute(name));
    return this;
  }

  /** Answers no question about this name. */
  public LoopbackDns silent(String name) {
    silent.add(absolute(name));
    return this;
  }

  /** Answers questions about this name by TCP only; a datagram says that it is truncated. */
  public LoopbackDns truncated(String name) {
    truncated.add(absolute(name));
    return this;
  }

  /** Adds to the zone while it is served. @param lines as in {@link #serving} */
  public LoopbackDns add(String lines) throws IOException {
    byte[] octets = lines.getBytes(StandardCharsets.UTF_8);
    try (Master master = new Master(new ByteArrayInputStream(octets), Name.root, TTL_SECONDS)) {
      for (Record record = master.nextRecord(); record != null; record = master.nextRecord()) {
        records.add(record);
      }
    }
    return this;
  }

  /** Takes all records of a name away. */
  public LoopbackDns remove(String name) {
    Name gone = absolute(name);
    records.removeIf(record -> record.getName().equals(gone));
    return this;
  }

  /** How many questions have come. */
  public int questions() {
    return questions.size();
  }

  /** How many questions about this name have come. */
  public long questionsAbout(String name) {
    Name wanted = absolute(name);
    return questions.stream().filter(question -> question.getName().equals(wanted)).count();
  }

  @Override
  public void close() {
    socket.close();
    try {
      tcp.close();
      for (Thread server : servers) {
        server.join();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve() {
    byte[] buffer = new byte[DATAGRAM_OCTETS_MAX];
    while (!socket.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        Message query = new Message(Arrays.copyOf(buffer, packet.getLength()));
        questions.add(query.getQuestion());
        if (!silent.contains(query.getQuestion().getName())) {
          byte[] reply = datagram(query).toWire();
          socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        if (!socket.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  /** One question a connection. */
  private void serveTcp() {
    while (!tcp.isClosed()) {
      try (Socket client = tcp.accept()) {
        DataInputStream in = new DataInputStream(client.getInputStream());
        Message query = new Message(in.readNBytes(in.readUnsignedShort()));
        questions.add(query.getQuestion());
        byte[] reply = answer(query).toWire();
        DataOutputStream out = new DataOutputStream(client.getOutputStream());
        out.writeShort(reply.length);
        out.write(reply);
      } catch (IOException e) {
        if (!tcp.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private Message datagram(Message query) {
    if (!truncated.contains(query.getQuestion().getName())) {
      return answer(query);
    }
    Message reply = answer(query);
    reply.removeAllRecords(Section.ANSWER);
    reply.getHeader().setFlag(Flags.TC);
    return reply;
  }

  private Message answer(Message query) {
    Record question = query.getQuestion();
    Message reply = new Message(query.getHeader().getID());
    Header header = reply.getHeader();
    header.setFlag(Flags.QR);
    header.setFlag(Flags.RA);
    header.setOpcode(Opcode.QUERY);
    reply.addRecord(question, Section.QUESTION);
    if (failing.contains(question.getName())) {
      header.setRcode(Rcode.SERVFAIL);
      return reply;
    }
    List<Record> found = find(question.getName(), question.getType());
    found.forEach(record -> reply.addRecord(record, Section.ANSWER));
    if (found.isEmpty()) {
      header.setRcode(exists(question.getName()) ? Rcode.NOERROR : Rcode.NXDOMAIN);
      reply.addRecord(startOfAuthority(), Section.AUTHORITY);
    }
    return reply;
  }

  /** The records of this type; behind CNAMEs, they and those of the last one's target. */
  private List<Record> find(Name name, int type) {
    List<Record> found = new ArrayList<>();
    @Nullable Name owner = name;
    while (owner != null) {
      Name asked = owner;
      owner = null;
      for (Record record : records) {
        if (record.getName().equals(asked) && record.getType() == type) {
          found.add(record);
        } else if (record.getName().equals(asked) && record instanceof CNAMERecord alias) {
          owner = found.contains(alias) ? null : alias.getTarget();
          found.add(alias);
        }
      }
    }
    return found;
  }

  private boolean exists(Name name) {
    return records.stream().anyMatch(record -> record.getName().subdomain(name));
  }

  private static SOARecord startOfAuthority() {
    Name host = absolute("dns.invalid");
    return new SOARecord(
        Name.root, DClass.IN, TTL_SECONDS, host, host, 1, 3600, 600, 86_400, TTL_SECONDS);
  }

  private static Name absolute(String name) {
    try {
      return Name.fromString(name, Name.root);
    } catch (TextParseException e) {
      throw new IllegalArgumentException("no domain name: " + name, e);
    }
  }
}
