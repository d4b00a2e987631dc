package postbus.scenario;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;

/**
 * The images of docker-compose.yml as containers of a test, under the same names and with as little
 * as they have there: no user of their own but what the image says, nothing to write to but memory.
 */
final class Images implements AutoCloseable {
  private static final Duration START_MAX = Duration.ofMinutes(4);

  private final Network network = Network.newNetwork();
  private final Map<String, GenericContainer<?>> all = new LinkedHashMap<>();

  /** The image that docker-compose.yml starts as this service. */
  static String of(String service) throws IOException {
    String compose = Files.readString(TestSite.checkout().resolve("docker-compose.yml"));
    Matcher found =
        Pattern.compile("(?m)^  " + service + ":\\n(?:    .*\\n)*?    image: (.*)$")
            .matcher(compose);
    if (!found.find()) {
      throw new AssertionError("docker-compose.yml has no image of " + service);
    }
    return found.group(1);
  }

  /** One of Postbus's own; its health says when it is ready. */
  void ours(String name, String image, Path site) {
    add(name, image)
        .withEnv("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092")
        .withEnv("POSTBUS_SHAPE", "ONE_MACHINE")
        .withEnv("POSTBUS_POLICY_URL", "http://policy-service:8082")
        .withEnv("POSTBUS_ROUTER_URL", "http://router-service:8083")
        .withTmpFs(Map.of("/tmp", "size=64m", "/var/lib/postbus", "uid=10001,gid=10001,mode=750"))
        .waitingFor(Wait.forHealthcheck());
    bind(name, site, "/etc/postbus/site");
  }

  /** Somebody else's. */
  GenericContainer<?> add(String name, String image) {
    GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image));
    all.put(name, container);
    return container
        .withNetwork(network)
        .withNetworkAliases(name)
        .withImagePullPolicy(_ -> false)
        .withCreateContainerCmdModifier(command ->
            hostConfig(command)
                .withReadonlyRootfs(true)
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges:true")));
  }

  /** Shows a container a folder of this machine, which it cannot change. */
  void bind(String name, Path folder, String path) {
    Bind more = Bind.parse(folder.toAbsolutePath() + ":" + path + ":ro");
    container(name)
        .withCreateContainerCmdModifier(command -> {
          HostConfig config = hostConfig(command);
          Bind[] before = config.getBinds() == null ? new Bind[0] : config.getBinds();
          config.withBinds(Stream.concat(Stream.of(before), Stream.of(more)).toList());
        });
  }

  private static HostConfig hostConfig(CreateContainerCmd command) {
    return Objects.requireNonNull(command.getHostConfig());
  }

  GenericContainer<?> container(String name) {
    return Objects.requireNonNull(all.get(name), name);
  }

  /** Starts these side by side, and returns when all are ready. */
  void start(String... names) {
    Startables.deepStart(
            Stream.of(names).map(name -> container(name).withStartupTimeout(START_MAX)))
        .join();
  }

  /** One that does its work and ends. */
  void run(String name) {
    container(name)
        .withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(START_MAX))
        .start();
  }

  /** What a command in a container prints. */
  String exec(String name, String... command) throws Exception {
    ExecResult result = container(name).execInContainer(command);
    return result.getStdout() + result.getStderr();
  }

  /** The port of this machine that leads to a container's. */
  int port(String name, int port) {
    return container(name).getMappedPort(port);
  }

  @Override
  public void close() {
    List.copyOf(all.values()).reversed().forEach(GenericContainer::stop);
    network.close();
  }
}
