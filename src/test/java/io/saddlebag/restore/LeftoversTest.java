package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Instances;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Overlap;
import io.saddlebag.workbench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("C7")
@Tag("W21")
final class LeftoversTest {
    private static final Instances ALL_LIVE = new Instances() {
        @Override
        public String self() {
            return "self";
        }

        @Override
        public boolean alive(String instance) {
            return true;
        }
    };

    @TempDir
    Path home;

    private Workbench bench;
    private Path place;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(home);
        place = Files.createDirectories(home.resolve("place/deep/deeper")).getParent();
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    void unfinished_files_go_and_everything_else_stays() throws Exception {
        Path unfinished = Files.writeString(place.resolve("deeper/" + HostFiles.UNDER_WAY + "7"), "half");
        Path link = Files.createSymbolicLink(place.resolve(HostFiles.UNDER_WAY + "o3"), Path.of("/nowhere"));
        Path aside = Files.writeString(place.resolve(".saddlebag-aside-1"), "somebody's");
        Path finished = Files.writeString(place.resolve("deeper/finished"), "whole");
        Path outside = Files.createDirectories(home.resolve("outside"));
        Path foreign = Files.writeString(outside.resolve(HostFiles.UNDER_WAY + "1"), "of another");
        Files.createSymbolicLink(place.resolve("way-out"), outside);

        settle(Map.of("place.0", place.toString()));

        assertThat(unfinished).doesNotExist();
        assertThat(Files.isSymbolicLink(link)).isFalse();
        assertThat(List.of(aside, finished, foreign))
                .allSatisfy(each -> assertThat(each).exists());
    }

    @Test
    void a_place_that_is_gone_has_nothing_to_remove() throws Exception {
        settle(Map.of("place.0", place.resolve("never").toString()));

        assertThat(place).isNotEmptyDirectory();
    }

    @Test
    void files_of_a_living_restore_to_the_same_place_stay() throws Exception {
        Path unfinished = Files.writeString(place.resolve(HostFiles.UNDER_WAY + "7"), "under way");
        JobRun living = begin("living");
        living.owe(Leftovers.REMOVE, Map.of("place.0", place.getParent().toString()));

        assertThatThrownBy(() -> settle(Map.of("place.0", place.toString())))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(RestoreFault.STILL_RESTORING)).isTrue())
                .hasMessageContaining("restores to the same place");
        assertThat(unfinished).exists();
    }

    private JobRun begin(String name) throws Exception {
        return bench.node()
                .jobs
                .begin(new JobRequest(name, JobKind.RESTORE, null, List.of(), Map.of()), Overlap.WAIT)
                .orElseThrow();
    }

    private void settle(Map<String, String> facts) throws Exception {
        JobRun job = begin("repeat");
        try {
            new Leftovers(bench.files, bench.log(), ALL_LIVE).settle(facts, job.transcript());
        } finally {
            job.end();
        }
    }
}
