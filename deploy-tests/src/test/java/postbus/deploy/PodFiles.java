package postbus.deploy;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The files of a pod below a folder of ours, laid out as those who make them do: git-sync the site
 * (a worktree for each commit, a link that is switched), the kubelet the Secrets (links into a
 * folder that is a link, which is switched). Paths that begin with {@code /etc/postbus} begin here
 * instead.
 */
final class PodFiles {
  private static final String ETC = "/etc/postbus";

  private final Path etc;

  PodFiles(Path folder) {
    this.etc = folder.resolve("etc");
  }

  /** Where a path of the pod is here. */
  Path at(String path) {
    return Path.of(path.replace(ETC, etc.toString()));
  }

  /** A new commit: a worktree of its own, then the link is switched to it. */
  void commit(Path site) throws IOException {
    Path root = Files.createDirectories(at("/etc/postbus/site"));
    Path worktree = root.resolve(".worktrees").resolve(UUID.randomUUID().toString());
    try (Stream<Path> files = Files.walk(site)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        copy(file, worktree.resolve(site.relativize(file).toString()));
      }
    }
    link(root, "now", root.relativize(worktree));
  }

  private void copy(Path file, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    if (Files.isSymbolicLink(file)) {
      Files.createSymbolicLink(to, at(Files.readSymbolicLink(file).toString()));
    } else if (Files.isDirectory(file)) {
      Files.createDirectories(to);
    } else {
      Files.writeString(to, Files.readString(file).replace(ETC, etc.toString()));
    }
  }

  /** A Secret with these keys, new or changed, where a volume of it is mounted. */
  void secret(String mountPath, Map<String, String> keys) throws IOException {
    Path mounted = Files.createDirectories(at(mountPath));
    Path version = Files.createDirectory(mounted.resolve(".." + UUID.randomUUID()));
    for (Map.Entry<String, String> key : keys.entrySet()) {
      Files.writeString(version.resolve(key.getKey()), key.getValue());
    }
    List<Path> former = Files.exists(mounted.resolve("..data")) ? before(mounted) : List.of();
    link(mounted, "..data", version.getFileName());
    for (String key : keys.keySet()) {
      if (!Files.isSymbolicLink(mounted.resolve(key))) {
        link(mounted, key, Path.of("..data", key));
      }
    }
    for (Path old : former) {
      Files.delete(old);
    }
  }

  /** The kubelet removes the former version once the link is switched. */
  private static List<Path> before(Path mounted) throws IOException {
    Path former = mounted.resolve("..data").toRealPath();
    try (Stream<Path> files = Files.list(former)) {
      return Stream.concat(files, Stream.of(former)).toList();
    }
  }

  private static void link(Path folder, String name, Path target) throws IOException {
    Path beside = folder.resolve(name + "_tmp");
    Files.createSymbolicLink(beside, target);
    Files.move(beside, folder.resolve(name), ATOMIC_MOVE);
  }
}
