package postbus.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
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
 * A DNS server on loopback (UDP, a port of its own) that knows every domain there is: what is not
 * in its records does not exist. Single names can be made to fail or to stay silent.
 */
public final class LoopbackDns implements AutoCloseable {
  private static final int DATAGRAM_OCTETS_MAX = 4096;
  private static final long TTL_SECONDS = 60;

  private final DatagramSocket socket;
  private final List<Record> records = new CopyOnWriteArrayList<>();
  private final List<Record> questions = new CopyOnWriteArrayList<>();
  private final Set<Name> failing = ConcurrentHashMap.newKeySet();
  private final Set<Name> silent = ConcurrentHashMap.newKeySet();
  private final Thread server;

  private LoopbackDns() throws IOException {
    socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
    server = Thread.ofVirtual().name("loopback-dns").start(this::serve);
  }

  /** A running server. @param zone lines of a master file, such as {@code a.example. MX 10 b.} */
  public static LoopbackDns serving(String zone) throws IOException {
    LoopbackDns dns = new LoopbackDns();
    byte[] octets = zone.getBytes(StandardCharsets.UTF_8);
    try (Master master = new Master(new ByteArrayInputStream(octets), Name.root, TTL_SECONDS)) {
      for (Record record = master.nextRecord(); record != null; record = master.nextRecord()) {
        dns.records.add(record);
      }
    }
    return dns;
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

  /** How many questions about this name have come. */
  public long questionsAbout(String name) {
    Name wanted = absolute(name);
    return questions.stream().filter(question -> question.getName().equals(wanted)).count();
  }

  @Override
  public void close() {
    socket.close();
    try {
      server.join();
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
          byte[] reply = answer(query).toWire();
          socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        if (!socket.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
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

  /** The records of this type; behind a CNAME, it and those of its target. */
  private List<Record> find(Name name, int type) {
    List<Record> found = new ArrayList<>();
    for (Record record : records) {
      if (record.getName().equals(name)) {
        if (record.getType() == type) {
          found.add(record);
        } else if (record instanceof CNAMERecord alias) {
          found.add(alias);
          found.addAll(find(alias.getTarget(), type));
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
