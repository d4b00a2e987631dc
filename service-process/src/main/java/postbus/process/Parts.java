package postbus.process;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import postbus.accounts.Accounts;
import postbus.bucket.ContentPlace;
import postbus.log.ContentStore;
import postbus.log.LogSettings;
import postbus.log.SlotBook;
import postbus.site.InvalidSite;
import postbus.site.LiveFiles;
import postbus.site.Site;
import postbus.site.SiteReader;

/** Makes, once per process, what its services share. */
@ApplicationScoped
class Parts {

  @Produces
  @Singleton
  ProcessSettings settings(
      @ConfigProperty(name = "postbus.site", defaultValue = "site") Path site,
      @ConfigProperty(name = "postbus.data", defaultValue = "data") Path data,
      @ConfigProperty(name = "postbus.stop-wait", defaultValue = "30s") Duration stopWait) {
    try {
      return new ProcessSettings(site, data, stopWait);
    } catch (IllegalArgumentException wrong) {
      throw new StartRefused(wrong.getMessage());
    }
  }

  /** A wrong site stops the start with its problems, a line each. */
  @Produces
  @Singleton
  Site site(ProcessSettings settings) {
    try {
      return SiteReader.read(settings.site());
    } catch (InvalidSite e) {
      throw new StartRefused(e.getMessage());
    }
  }

  @Produces
  @Singleton
  LiveFiles liveFiles(Site site) {
    return new LiveFiles(site.folder());
  }

  @Produces
  @Singleton
  Accounts accounts(Site site) {
    return Accounts.of(site);
  }

  void close(@Disposes Accounts accounts) {
    accounts.close();
  }

  @Produces
  @Singleton
  LogSettings log(
      @ConfigProperty(name = "kafka.bootstrap.servers", defaultValue = "127.0.0.1:9092")
          String servers,
      @ConfigProperty(name = "postbus.instance", defaultValue = "0") String instance,
      @ConfigProperty(name = "postbus.shape", defaultValue = "CLUSTER") LogSettings.Shape shape,
      Config config) {
    try {
      return new LogSettings(KafkaSettings.access(servers, config), instance, shape);
    } catch (IllegalArgumentException wrong) {
      throw new StartRefused(wrong.getMessage());
    }
  }

  /** Read by whoever writes to lanes or reads them. */
  @Produces
  @Singleton
  SlotBook slotBook(LogSettings log, Site site) {
    SlotBook lanes =
        new SlotBook(log, site.delivery().ownLanes(), site.delivery().lending().slots());
    lanes.start();
    return lanes;
  }

  void close(@Disposes SlotBook lanes) {
    lanes.close();
  }

  @Produces
  @Singleton
  ContentStore contentStore(ProcessSettings settings, Config config) {
    try {
      ContentStore contents =
          ContentPlace.of(settings.data(), name -> config.getOptionalValue(name, String.class))
              .open();
      contents.check();
      return contents;
    } catch (IOException | IllegalArgumentException e) {
      throw new StartRefused("contents cannot be kept: " + e.getMessage());
    }
  }
}
