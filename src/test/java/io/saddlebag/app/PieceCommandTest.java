package io.saddlebag.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code saddlebag piece}, with a pool and a virtual library. */
@Tag("M26")
final class PieceCommandTest {
    @TempDir
    Path home;

    @BeforeEach
    void home() throws Exception {
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                pools:
                  disk: { folder: pool, reserve: 1MiB }
                journals:
                  redo: { source: folder, folder: redo, pattern: 'redo_(?<sequence>[0-9]+)[.]arc', settled: 0s }
                libraries:
                  vault: { folder: vault, create: { slots: 2, drives: 1, cartridges: 1, capacity: 64MiB } }
                """);
    }

    private CommandLineInProcess.Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    private CommandLineInProcess.Said put(byte[] content, String... command) {
        return CommandLineInProcess.pipe(home, new ByteArrayInputStream(content), command)
                .said();
    }

    private CommandLineInProcess.Piped get(String... command) {
        return CommandLineInProcess.pipe(home, InputStream.nullInputStream(), command);
    }

    /** A bit more than one part. */
    private static byte[] large() {
        byte[] content = new byte[(16 << 20) + 12_345];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 + (i >> 12));
        }
        return content;
    }

    @ParameterizedTest
    @CsvSource({"--pool, disk", "--library, vault"})
    void streams_go_in_and_come_back(String kind, String place) throws Exception {
        byte[] content = large();
        assertThat(put(content, "piece", "put", "a piece", kind, place).ok().out())
                .contains("piece a piece is backup 1: " + content.length + " bytes on");
        put(new byte[0], "piece", "put", "empty", kind, place).ok();

        CommandLineInProcess.Piped back = get("piece", "get", "a piece");
        assertThat(back.said().ok().out()).isEmpty();
        assertThat(back.bytes()).isEqualTo(content);
        assertThat(get("piece", "get", "empty").bytes()).isEmpty();
        Path file = home.resolve("copy");
        run("piece", "get", "a piece", "--to", file.toString()).ok();
        assertThat(file).hasBinaryContent(content);
    }

    @Test
    void names_of_json_are_stable() {
        put("one".getBytes(UTF_8), "piece", "put", "b", "--pool", "disk").ok();
        JsonNode put = put("two".getBytes(UTF_8), "piece", "put", "a", "--pool", "disk", "--json")
                .ok()
                .json();
        JsonNode all = run("piece", "ls", "--json").ok().json();

        List<String> names = new ArrayList<>();
        all.forEach(each -> names.add(each.path("name").asText()));
        assertThat(names).containsExactly("a", "b");
        assertThat(all.get(0)).isEqualTo(put);
        List<String> keys = new ArrayList<>();
        put.fieldNames().forEachRemaining(keys::add);
        assertThat(keys).containsExactly("name", "backup", "bytes", "storedBytes", "at", "places");
        assertThat(run("piece", "ls", "b*").ok().out()).contains("b ").doesNotContain("a ");
    }

    @Test
    void a_name_that_exists_is_refused_until_it_is_removed() {
        byte[] one = "one".getBytes(UTF_8);
        byte[] two = "two".getBytes(UTF_8);
        put(one, "piece", "put", "a", "--pool", "disk").ok();

        assertThat(put(two, "piece", "put", "a", "--pool", "disk").ends(1).err())
                .contains("SBG-L101 there is a piece a already", "saddlebag piece rm");
        assertThat(put(two, "piece", "put", "a", "--pool", "disk", "--accept-same")
                        .ends(1)
                        .err())
                .contains("already with another content");
        put(one, "piece", "put", "a", "--pool", "disk", "--accept-same").ok();

        run("piece", "rm", "a").ok();
        assertThat(run("piece", "rm", "a").ends(1).err()).contains("SBG-L102 there is no piece a");
        put(two, "piece", "put", "a", "--pool", "disk").ok();
        assertThat(get("piece", "get", "a").bytes()).isEqualTo(two);
        assertThat(run("pool", "prune", "disk", "--execute").ok().out()).contains("the piece was removed");
        assertThat(get("piece", "get", "a").bytes()).isEqualTo(two);
    }

    @Test
    void that_there_is_none_and_that_it_cannot_be_had_are_different_ends() throws Exception {
        put("one".getBytes(UTF_8), "piece", "put", "a", "--pool", "disk").ok();
        Path file = home.resolve("copy");

        run("piece", "get", "b", "--to", file.toString()).ends(1);
        run("piece", "get", "b", "--absent", "75").ends(75);
        run("piece", "get", "-", "--to", file.toString()).ends(130);
        run("piece", "get", "a", "--unknown").ends(130);
        remove(home.resolve("pool"));
        run("piece", "get", "a", "--to", file.toString()).ends(130);
        assertThat(get("piece", "get", "a").bytes()).isEmpty();
        assertThat(file).doesNotExist();
    }

    private static void remove(Path pool) throws Exception {
        try (Stream<Path> all = Files.walk(pool)) {
            for (Path each :
                    all.filter(path -> path.toString().contains(".tar")).toList()) {
                Files.delete(each);
            }
        }
    }

    @Test
    void a_file_that_changes_while_it_is_put_is_no_piece() {
        assertThat(put("one".getBytes(UTF_8), "piece", "put", "a", "--pool", "disk", "--bytes", "4")
                        .ends(1)
                        .err())
                .contains("SBG-L103");
        assertThat(run("piece", "ls", "--json").ok().json()).isEmpty();
    }

    @Test
    void a_file_is_put() throws Exception {
        Path file = Files.writeString(home.resolve("segment"), "content");
        run("piece", "put", "a", "--pool", "disk", "--from", file.toString()).ok();
        assertThat(get("piece", "get", "a").bytes()).asString().isEqualTo("content");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--bytes=-5 | 2 | a piece can't be told to have -5 bytes",
                "--from=/none/there | 1 | SBG-L103 file /none/there, which --from names, can't be opened: there is none",
                "--trace-level=2 | 2 | --trace-level belongs to --trace"
            })
    void what_cannot_be_meant_is_refused_before_anything_is_read(String given, int code, String said) {
        ByteArrayInputStream unread = new ByteArrayInputStream("unread".getBytes(UTF_8));
        assertThat(CommandLineInProcess.pipe(home, unread, "piece", "put", "a", "--pool", "disk", given)
                        .said()
                        .ends(code)
                        .err())
                .contains(said);
        assertThat(unread.available()).isEqualTo("unread".length());
        assertThat(run("lsjob", "--json").ok().json()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "--rewind, rewind",
        "--density=LTO3, density",
        "--label=TAPE01, label",
        "--accept-label, acceptLabel",
        "--block-size=64k, blockSize",
        "--crc=none, crc",
        "--group-size=3, groupSize",
        "--active-io=2, activeIo",
        "--format=new_tape, format",
        "--drives=2, drives",
        "--owner=jane, owner",
        "--protection=S:RW, protection",
        "--tape-expiration=2030-01-01, tapeExpiration",
        "--prompt=operator, prompt",
        "--media-loader, mediaLoader"
    })
    @Tag("J9")
    void options_of_devices_are_refused(String given, String option) {
        for (String[] place : new String[][] {{"--pool", "disk"}, {"--library", "vault"}}) {
            assertThat(put(new byte[0], "piece", "put", "a", place[0], place[1], given)
                            .ends(2)
                            .err())
                    .contains("options 'librarian' and '" + option + "' can't be used together");
        }
        for (String[] place : new String[][] {{"--pool", "disk"}, {"--library", "vault"}}) {
            assertThat(run("journal", "backup", "redo", place[0], place[1], "--librarian", given)
                            .ends(2)
                            .err())
                    .contains("options 'librarian' and '" + option + "' can't be used together");
        }
        assertThat(run("lsjob", "--json").ok().json()).isEmpty();
    }

    @Test
    void a_trace_has_what_its_level_says() throws Exception {
        assertThat(traced("0")).containsExactly("error put: SBG-L101");
        assertThat(traced("1"))
                .containsExactly(
                        "entry put",
                        "exit put: Piece",
                        "entry put",
                        "error put: SBG-L101",
                        "exit put: failed",
                        "entry get",
                        "exit get: true",
                        "entry ls",
                        "exit ls: 1 pieces",
                        "entry rm",
                        "exit rm: true");
        assertThat(traced("2"))
                .hasSize(13)
                .contains(
                        "entry put bytes=unknown",
                        "buffer put 40 bytes: " + "61".repeat(32),
                        "buffer get 40 bytes: " + "61".repeat(32),
                        "entry get name=a user=" + System.getProperty("user.name"))
                .noneMatch(line -> line.contains("61".repeat(33)));
        assertThat(put(new byte[0], "piece", "put", "b", "--pool", "disk", "--trace", "t", "--trace-level", "3")
                        .ends(2)
                        .err())
                .contains("'3' is not a level of tracing");
        assertThat(put(new byte[0], "piece", "put", "b", "--pool", "disk", "--trace", home + "/none/t")
                        .ends(1)
                        .err())
                .contains("none/t");
        assertThat(run("piece", "ls", "--json").ok().json()).isEmpty();
    }

    /** What a trace of that level has of some calls, without times, job names and where things are. */
    private List<String> traced(String level) throws Exception {
        Path trace = home.resolve("trace" + level);
        String[] tracing = {"--trace", trace.toString(), "--trace-level", level};
        byte[] content = "a".repeat(40).getBytes(UTF_8);
        String[] put = {"piece", "put", "a", "--pool", "disk"};
        put(content, joined(put, tracing)).ok();
        put(content, joined(put, tracing)).ends(1);
        assertThat(get(joined(new String[] {"piece", "get", "a"}, tracing)).bytes())
                .isEqualTo(content);
        run(joined(new String[] {"piece", "ls"}, tracing)).ok();
        run(joined(new String[] {"piece", "rm", "a"}, tracing)).ok();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(trace)))
                .isEqualTo("rw-------");
        return Files.readAllLines(trace).stream()
                .map(line -> line.substring(line.indexOf(' ') + 1)
                        .replaceAll("(SBG-L\\d+|Piece\\b|bytes=unknown).*", "$1")
                        .replaceAll("io\\.\\S+Exception: ", ""))
                .toList();
    }

    private static String[] joined(String[] one, String[] other) {
        return Stream.of(one, other).flatMap(Stream::of).toArray(String[]::new);
    }
}
