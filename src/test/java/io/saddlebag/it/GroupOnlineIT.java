package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real engines that run on, on several file systems, at one recovery point: what comes back is of one instant. */
class GroupOnlineIT {
    private static final int FEW = 1;
    private static final int MANY = Integer.getInteger("saddlebag.group.backups", 25);

    @TempDir
    Path folder;

    /** A point, and what each client had counted in all databases before and after it. */
    private record Taken(String group, String point, String letter, List<Long> before, List<Long> after) {}

    @Test
    @Tag("W23")
    @Tag("W13")
    void databases_that_run_on_come_back_as_of_one_instant() throws Exception {
        rounds(FEW);
    }

    @Test
    @Tag("long")
    @Tag("W23")
    void databases_that_run_on_come_back_as_of_one_instant_again_and_again() throws Exception {
        rounds(MANY);
    }

    private void rounds(int rounds) throws Exception {
        try (GroupSite site = GroupSite.on(folder)) {
            Path letter = site.documents().resolve("letter");
            List<Taken> points = new ArrayList<>();
            try (NodeProcess node = NodeProcess.start(site.home(), folder.resolve("node.log"));
                    CountedSteps steps = CountedSteps.start(site.members())) {
                for (int i = 0; i < rounds; i++) {
                    // all three run on; then one of them is stopped for it
                    points.add(take(site, node, steps, letter, "shopfront", i));
                    points.add(take(site, node, steps, letter, "halting", i));
                }
                steps.stop();
                Files.writeString(letter, "later");
                for (Taken each : points) {
                    String of = each.group() + ", " + each.letter();
                    node.done("group", "restore", each.group(), "--point", each.point());
                    steps.requireOneInstant(of, each.before(), each.after());
                    assertThat(letter).as(of).hasContent(each.letter());
                }
            }
        }
    }

    private static Taken take(
            GroupSite site, NodeProcess node, CountedSteps steps, Path letter, String group, int number)
            throws Exception {
        String told = "letter " + number + " for " + group;
        Files.writeString(letter, told);
        steps.await(5);
        List<Long> before = steps.done();
        JsonNode job = OnlineSite.only(node.done(GroupSite.backup(group)).json());
        List<Long> after = steps.done();
        // somebody waits for none of them any more
        steps.await(5);
        site.requireLetGo(group);
        JsonNode figures = job.path("figures");
        System.out.println(group + ": " + figures);
        assertThat(figures.has("downtime-ms")).as("stopped").isEqualTo(group.equals("halting"));
        assertThat(figures.path("outcome").asText()).isEqualTo("DATABASE_FULL");
        assertThat(figures.path("freeze-ms-orders").asText()).isEqualTo("0");
        assertThat(figures.path("freeze-ms-ledger").asLong())
                .isBetween(1L, figures.path("freeze-ms").asLong());
        assertThat(figures.has("freeze-ms-shop")).isEqualTo(!group.equals("halting"));
        return new Taken(group, figures.path("group-id").asText(), told, before, after);
    }
}
