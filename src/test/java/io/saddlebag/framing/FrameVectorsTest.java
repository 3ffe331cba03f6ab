package io.saddlebag.framing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.quantity.BlockSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The vectors were made from docs/formats/protected-framing.md, not by the code under test. */
@Tag("M7")
class FrameVectorsTest {
    private static final Path VECTORS = Path.of("src/test/resources/vectors/framing");
    private static final Path REFERENCE = Path.of("docs/formats/protected-framing.py");

    record Vector(String name, Map<String, String> about, List<byte[]> blocks) {
        static Vector read(Path file) {
            Map<String, String> about = new HashMap<>();
            List<byte[]> blocks = new ArrayList<>();
            try {
                for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                    if (line.startsWith("|")) {
                        blocks.add(HexFormat.of().parseHex(line.substring(1, line.length() - 1)));
                    } else {
                        String[] pair = line.substring(2).split(": ?", 2);
                        about.put(pair[0], pair[1]);
                    }
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return new Vector(file.getFileName().toString(), about, blocks);
        }

        int number(String key) {
            return Integer.parseInt(about.get(key));
        }

        ProtectedFraming framing() {
            return new ProtectedFraming(
                    new BlockSize(number("block")), BlockCheck.parse(about.get("check")), number("group"));
        }

        FramedSection section() {
            return new FramedSection(about.get("image"), number("section"));
        }

        String fault() {
            return about.getOrDefault("fault", "");
        }

        byte[] data() {
            return HexFormat.of().parseHex(about.getOrDefault("data", ""));
        }

        byte[] tape() {
            ByteArrayOutputStream tape = new ByteArrayOutputStream();
            blocks.forEach(tape::writeBytes);
            return tape.toByteArray();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Vector> all() throws IOException {
        try (Stream<Path> files = Files.list(VECTORS)) {
            return files.sorted().map(Vector::read).toList().stream();
        }
    }

    static Stream<Vector> readable() throws IOException {
        return all().filter(v -> v.fault().isEmpty());
    }

    static Stream<Vector> whole() throws IOException {
        return readable().filter(v -> !v.about.containsKey("findings"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void are_read_as_they_say(Vector vector) throws FramingException {
        List<FrameFinding> findings = new ArrayList<>();
        if (!vector.fault().isEmpty()) {
            String[] fault = vector.fault().split(" ", 2);
            assertThatThrownBy(() -> Frames.decode(vector, findings))
                    .isInstanceOfSatisfying(
                            FramingException.class, e -> assertThat(e.code()).isEqualTo(FramingFault.valueOf(fault[0])))
                    .hasMessageContaining(fault.length > 1 ? fault[1] + " of " : "framed blocks")
                    .hasMessageContaining(vector.section().toString());
            return;
        }
        assertThat(Frames.decode(vector, findings)).isEqualTo(vector.data());
        assertThat(findings.stream().map(f -> f.kind() + " " + f.sequence()).collect(Collectors.joining(", ")))
                .isEqualTo(vector.about.getOrDefault("findings", ""));
    }

    @ParameterizedTest
    @MethodSource("whole")
    void are_written_as_they_are(Vector vector) {
        List<byte[]> blocks = Frames.encode(vector.framing(), vector.section(), vector.data());
        assertThat(blocks.stream().map(HexFormat.of()::formatHex))
                .containsExactlyElementsOf(
                        vector.blocks.stream().map(HexFormat.of()::formatHex).toList());
    }

    @ParameterizedTest
    @MethodSource("readable")
    void a_stranger_with_python_reads_them(Vector vector, @TempDir Path folder) throws Exception {
        assertThat(run(vector.tape(), folder, "python3", REFERENCE.toString(), vector.about.get("block")))
                .isEqualTo(vector.data());
    }

    @Test
    void a_stranger_with_python_is_told_what_is_lost(@TempDir Path folder) throws Exception {
        for (String name : List.of("two-lost", "with-recovery-lost", "no-groups-lost")) {
            Vector vector = Vector.read(VECTORS.resolve(name + ".txt"));
            Program program = start(vector.tape(), folder, "python3", REFERENCE.toString(), vector.about.get("block"));
            assertThat(program.status).isEqualTo(1);
            assertThat(program.errors).contains("can't be rebuilt: blocks [");
        }
    }

    @Test
    void a_stranger_with_split_takes_the_headers_off(@TempDir Path folder) throws Exception {
        Vector vector = Vector.read(VECTORS.resolve("plain-autodin-ii.txt"));
        String filter = "cat > " + folder + "/b; [ \"$(head -c 6 " + folder + "/b | tail -c 1)\" = D ] && "
                + "tail -c +81 " + folder + "/b | head -c $(od -An -t u4 --endian=big -j 12 -N 4 " + folder
                + "/b) || :";
        assumeTrue(
                start(new byte[0], folder, "split", "--version").output(folder).contains("GNU"),
                "the program split isn't GNU's");
        assertThat(run(vector.tape(), folder, "split", "-b", vector.about.get("block"), "--filter=" + filter, "-"))
                .isEqualTo(vector.data());
    }

    private record Program(int status, String errors) {
        String output(Path folder) throws IOException {
            return Files.readString(folder.resolve("out"), StandardCharsets.ISO_8859_1);
        }
    }

    private static byte[] run(byte[] input, Path folder, String... command) throws Exception {
        Program program = start(input, folder, command);
        assertThat(program.status).as(program.errors).isZero();
        return Files.readAllBytes(folder.resolve("out"));
    }

    private static Program start(byte[] input, Path folder, String... command) throws Exception {
        Path in = Files.write(folder.resolve("in"), input);
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectInput(in.toFile())
                    .redirectOutput(folder.resolve("out").toFile())
                    .redirectError(folder.resolve("err").toFile())
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "the program " + command[0] + " isn't installed");
            throw e;
        }
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Program(process.exitValue(), Files.readString(folder.resolve("err")));
    }
}
