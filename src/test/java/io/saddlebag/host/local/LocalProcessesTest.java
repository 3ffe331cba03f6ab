package io.saddlebag.host.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Command;
import io.saddlebag.host.ProcessFault;
import io.saddlebag.host.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(value = OS.LINUX, disabledReason = "the programs of these tests are those of Linux")
@Timeout(60)
class LocalProcessesTest {
    private static final List<String> MEMBERS = List.of("parent", "child", "grandchild", "orphan");

    private final LocalProcesses processes = new LocalProcesses(Duration.ofMillis(200));
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    @TempDir
    Path folder;

    @Test
    @Tag("W4")
    void hands_over_both_outputs_line_by_line() throws Exception {
        var finished = run("/bin/sh", "-c", "echo one; echo two >&2; printf 'three\\r\\n\\nlast'");

        assertThat(lines).containsExactly("one", "two", "three", "", "last");
        assertThat(finished.exitCode()).isZero();
        assertThat(finished.ok()).isTrue();
    }

    @Test
    @Tag("W4")
    void a_line_comes_while_the_program_still_runs() throws Exception {
        Path go = folder.resolve("go");
        // ends only after the line was seen, so a reader that waits for the end would run into the timeout
        processes.run(
                Command.of("/bin/sh", "-c", "echo ready; until [ -e \"$0\" ]; do sleep 0.02; done", go.toString())
                        .within(Duration.ofSeconds(20)),
                line -> create(go));

        assertThat(go).exists();
    }

    @Test
    @Tag("W4")
    void the_exit_code_is_a_result() throws Exception {
        assertThat(run("/bin/sh", "-c", "exit 3").exitCode()).isEqualTo(3);
        assertThat(run("/bin/sh", "-c", "kill -9 $$").exitCode()).isEqualTo(128 + 9);
    }

    @Test
    @Tag("X13")
    void no_shell_looks_at_the_arguments() throws Exception {
        run("/bin/echo", "$HOME", "`id`", "a  b", "*;#");

        assertThat(lines).containsExactly("$HOME `id` a  b *;#");
    }

    @Test
    @Tag("W4")
    void environment_and_directory_are_the_commands() throws Exception {
        Command command = Command.of("/bin/sh", "-c", "echo $COLOUR; pwd")
                .with(Map.of("COLOUR", "red"))
                .in(folder);
        processes.run(command, lines::add);

        assertThat(lines).containsExactly("red", folder.toRealPath().toString());
    }

    @Test
    void standard_input_is_at_its_end() throws Exception {
        assertThat(run("/bin/cat").ok()).isTrue();
        assertThat(lines).isEmpty();
    }

    @Test
    @Tag("W4")
    void a_long_line_comes_in_pieces_that_cut_no_character() throws Exception {
        run("/bin/sh", "-c", "i=0; while [ $i -lt 3000 ]; do printf 'x€€€'; i=$((i+1)); done; echo");

        assertThat(String.join("", lines)).isEqualTo("x€€€".repeat(3000));
        assertThat(lines).hasSize(4);
        assertThat(lines)
                .allSatisfy(line -> assertThat(line.getBytes(java.nio.charset.StandardCharsets.UTF_8).length)
                        .isLessThanOrEqualTo(LocalProcesses.LONGEST_LINE_BYTES));
    }

    @Test
    void much_output_arrives_whole() throws Exception {
        run("/usr/bin/seq", "1", "200000");

        assertThat(lines).hasSize(200_000).endsWith("200000");
    }

    @Test
    @Tag("W4")
    void a_timeout_ends_the_whole_tree_also_what_ignores_the_request() throws Exception {
        assertThatThrownBy(() -> processes.run(stubborn().within(Duration.ofSeconds(2)), lines::add))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(ProcessFault.TIMED_OUT)).isTrue())
                .hasMessageContaining("program /bin/sh did not end within PT2S")
                .hasMessageNotContaining("could not be ended");

        assertThat(lines).containsExactly("started");
        assertNoneOfTheTreeIsAlive();
    }

    @Test
    @Tag("W4")
    void a_program_may_use_its_grace_to_end_in_good_order() {
        LocalProcesses patient = new LocalProcesses(Duration.ofSeconds(20));
        Command tidy = Command.of(
                        "/bin/sh", "-c", "trap 'echo tidied; exit 0' TERM; echo up; while :; do sleep 0.05; done")
                .within(Duration.ofMillis(500));

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> patient.run(tidy, lines::add))
                .matches(e -> e.is(ProcessFault.TIMED_OUT));
        // the shell may tell of its own child in between
        assertThat(lines).startsWith("up").endsWith("tidied");
    }

    @Test
    @Tag("W4")
    void an_interrupt_ends_the_tree_too() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Command command = stubborn();
        Thread runner = new Thread(() -> {
            try {
                processes.run(command, lines::add);
            } catch (IOException | InterruptedException e) {
                thrown.set(e);
            }
        });
        runner.start();
        Eventually.holds(() -> MEMBERS.stream().allMatch(m -> hasText(folder.resolve(m))));
        runner.interrupt();
        runner.join();

        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertNoneOfTheTreeIsAlive();
    }

    @Test
    void a_consumer_that_fails_leaves_no_program_behind() throws Exception {
        assertThatThrownBy(() -> processes.run(stubborn(), line -> {
                    Eventually.holds(() -> MEMBERS.stream().allMatch(m -> hasText(folder.resolve(m))));
                    throw new IllegalStateException("transcript is full");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("transcript is full");

        assertNoneOfTheTreeIsAlive();
    }

    @Test
    @Tag("W4")
    @Tag("W3")
    void a_database_left_in_the_background_goes_on_and_is_not_waited_for() throws Exception {
        Path pid = folder.resolve("daemon");
        Processes.Finished finished = processes.run(
                Command.of("/bin/sh", "-c", "sleep 300 & echo $! > \"$0\"; echo up", pid.toString())
                        .within(Duration.ofSeconds(20)),
                lines::add);

        assertThat(finished.ok()).isTrue();
        assertThat(lines).containsExactly("up");
        ProcessHandle daemon = ProcessHandle.of(pidIn(pid)).orElseThrow();
        assertThat(daemon.isAlive()).isTrue();
        daemon.destroyForcibly();
    }

    @Test
    void a_program_that_is_not_there_is_named_with_where_it_was_looked_for() {
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> run("no-such-program", "secret"))
                .matches(e -> e.is(ProcessFault.CANNOT_START))
                .satisfies(e -> {
                    assertThat(e.what()).isEqualTo("program no-such-program did not start: No such file or directory");
                    assertThat(e.hint()).contains("PATH=" + System.getenv("PATH"));
                })
                .withMessageNotContaining("secret");
    }

    @Test
    void a_file_that_may_not_be_executed_and_a_missing_directory_are_told_apart() throws Exception {
        Path file = Files.createFile(folder.resolve("plain.txt"));

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> run(file.toString()))
                .satisfies(e -> {
                    assertThat(e.what()).isEqualTo("program " + file + " did not start: Permission denied");
                    assertThat(e.hint()).doesNotContain("PATH");
                });
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> processes.run(Command.of("/bin/true").in(folder.resolve("gone")), lines::add))
                .matches(e -> e.is(ProcessFault.CANNOT_START))
                .withMessageContaining("its working directory " + folder.resolve("gone") + " is not a directory");
    }

    private Processes.Finished run(String... arguments) throws IOException, InterruptedException {
        return processes.run(Command.of(arguments).within(Duration.ofSeconds(30)), lines::add);
    }

    private Command stubborn() throws Exception {
        Path script =
                Path.of(LocalProcessesTest.class.getResource("stubborn.sh").toURI());
        return Command.of("/bin/sh", script.toString(), folder.toString());
    }

    private void assertNoneOfTheTreeIsAlive() throws IOException {
        assertThat(MEMBERS)
                .allSatisfy(member -> assertThat(folder.resolve(member)).exists());
        // not through ProcessHandle, which the code under test uses
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            assertThat(all.filter(p -> p.getFileName().toString().matches("\\d+"))
                            .filter(p -> commandLine(p).contains(folder.toString()))
                            .toList())
                    .isEmpty();
        }
        for (String member : MEMBERS) {
            Path process = Path.of("/proc", Long.toString(pidIn(folder.resolve(member))));
            assertThat(commandLine(process)).doesNotContain(folder.toString());
        }
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    private static boolean hasText(Path file) {
        try {
            return Files.exists(file) && !Files.readString(file).isBlank();
        } catch (IOException e) {
            return false;
        }
    }

    private static long pidIn(Path file) throws IOException {
        return Long.parseLong(Files.readString(file).strip());
    }

    private static void create(Path file) {
        try {
            Files.createFile(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
