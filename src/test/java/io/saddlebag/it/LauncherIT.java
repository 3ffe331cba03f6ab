package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/saddlebag} and the archive of classes that it keeps for Java. Says nothing that the command wouldn't have said without it. */
@Tag("Q10")
class LauncherIT {
    private static final Path SCRIPT = Path.of("scripts/saddlebag").toAbsolutePath();

    @TempDir
    Path folder;

    private Path lib;

    @BeforeEach
    void install() throws IOException {
        assumeTrue(Files.isDirectory(Site.library()), "needs the assembled program");
        lib = Files.createDirectories(folder.resolve("saddlebag/lib"));
        try (Stream<Path> jars = Files.list(Site.library())) {
            for (Path each : jars.toList()) {
                Files.copy(each, lib.resolve(each.getFileName()));
            }
        }
    }

    private String says(Map<String, String> environment, String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of("sh", SCRIPT.toString()));
        all.addAll(List.of(command));
        Path said = Files.createTempFile(folder, "said", ".txt");
        ProcessBuilder program =
                new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(said.toFile());
        program.environment().put("SADDLEBAG_LIB", lib.toString());
        program.environment().put("JAVA_HOME", System.getProperty("java.home"));
        program.environment().putAll(environment);
        Process process = program.start();
        assertThat(process.waitFor(Site.PATIENT.toSeconds() * 3, TimeUnit.SECONDS))
                .isTrue();
        assertThat(process.exitValue()).isZero();
        return Files.readString(said);
    }

    private List<Path> archives() throws IOException {
        try (Stream<Path> all = Files.list(lib.getParent())) {
            return all.filter(each -> each.toString().endsWith(".jsa")).toList();
        }
    }

    private Path madeArchive() throws Exception {
        Until.holds("the archive is there, whole", Site.PATIENT.multipliedBy(3), () -> {
            try (Stream<Path> all = Files.list(lib.getParent())) {
                return archives().size() == 1
                        && all.noneMatch(each -> each.toString().endsWith(".making"));
            }
        });
        return archives().get(0);
    }

    /** Whether Java takes classes from it. */
    private boolean isUsed() throws Exception {
        return says(Map.of("SADDLEBAG_JAVA_OPTS", "-Xmx256m -Xlog:class+load"), "--help")
                .contains("io.saddlebag.cli.SaddlebagCommand source: shared objects file (top)");
    }

    @Test
    void the_first_command_makes_it_and_the_next_one_uses_it() throws Exception {
        String first = says(Map.of(), "--help");

        Path archive = madeArchive();

        assertThat(isUsed()).isTrue();
        assertThat(says(Map.of(), "--help")).isEqualTo(first);
        assertThat(madeArchive()).isEqualTo(archive);
    }

    @Test
    void one_of_other_jars_is_not_used_and_is_made_anew() throws Exception {
        String first = says(Map.of(), "--help");
        Path archive = madeArchive();
        FileTime made = Files.getLastModifiedTime(archive);
        try (Stream<Path> jars = Files.list(lib)) {
            Files.setLastModifiedTime(
                    jars.filter(each -> each.toString().contains("saddlebag"))
                            .findFirst()
                            .orElseThrow(),
                    FileTime.from(Instant.now().plus(Duration.ofSeconds(1))));
        }

        assertThat(says(Map.of(), "--help")).isEqualTo(first);

        Until.holds(
                "it is made anew",
                Site.PATIENT.multipliedBy(3),
                () -> Files.getLastModifiedTime(archive).compareTo(made) > 0);
        assertThat(isUsed()).isTrue();
    }

    @Test
    void a_damaged_one_is_passed_over_in_silence() throws Exception {
        String first = says(Map.of(), "--help");
        Path archive = madeArchive();
        Files.write(archive, "not an archive of classes".getBytes(java.nio.charset.StandardCharsets.UTF_8));

        assertThat(says(Map.of(), "--help")).isEqualTo(first);
    }

    @Test
    void without_a_place_for_it_nothing_is_made_and_nothing_is_said() throws Exception {
        String first = says(Map.of("SADDLEBAG_ARCHIVE", "none"), "--help");
        assertThat(says(Map.of("SADDLEBAG_ARCHIVE", folder.resolve("none").toString()), "--help"))
                .isEqualTo(first);
        Until.passed(1000);

        assertThat(archives()).isEmpty();
    }
}
