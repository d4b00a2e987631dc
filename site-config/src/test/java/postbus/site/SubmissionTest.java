package postbus.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.site.Submission.Names;

class SubmissionTest {
  @TempDir private Path folder;

  private Submission read(String lines) throws InvalidSite {
    return SiteReader.read(SiteFolder.in(folder).add(lines).folder()).submission();
  }

  @Test
  void peopleWriteInTheirOwnNameUnlessTheSiteSaysOtherwise() throws InvalidSite {
    assertThat(SiteReader.read(SiteFolder.in(folder).folder()).submission())
        .isEqualTo(new Submission(Names.OWN, Names.OWN, false, 1000));
  }

  @Test
  void theSiteSaysWhatHolds() throws InvalidSite {
    assertThat(
            read(
                """
                submission:
                  sender: any
                  from-field: local-domains
                  hide-client: yes
                  recipients-per-hour-max: 20
                """))
        .isEqualTo(new Submission(Names.ANY, Names.LOCAL_DOMAINS, true, 20));
  }

  @Test
  void theFromFieldCountsLikeTheSenderIfNothingIsSaid() throws InvalidSite {
    assertThat(read("submission: {sender: local-domains}\n").fromField())
        .isEqualTo(Names.LOCAL_DOMAINS);
  }

  @Test
  void aWrongWordStopsTheStart() {
    SiteFolder site = SiteFolder.in(folder).add("submission: {sender: all, hide-client: 1}\n");
    assertThat(site.problems())
        .containsExactly(
            "postbus.yaml:28: submission.sender is \"all\", expected own, local-domains or any",
            "postbus.yaml:28: submission.hide-client is \"1\", expected yes or no");
  }
}
