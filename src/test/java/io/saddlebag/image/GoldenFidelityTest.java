package io.saddlebag.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.image.SparseMap.Piece;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An incremental image with what {@link GoldenImageTest}'s hasn't got: holes, deletions, flags, access control lists,
 * capabilities. Never changed, and read by every later version; written once, by {@link #main}.
 */
@Tag("Q14")
@Tag("D3")
@Tag("D2")
class GoldenFidelityTest {
    private static final String VECTORS = "/vectors/image/";
    private static final int SPARSE_BYTES = 1_000_000;
    private static final byte[] PIECES = pieces();

    /** Of a hole, data, a hole, data that doesn't fill its block. */
    private static final SparseMap ENDS_IN_DATA =
            new SparseMap(List.of(new Piece(65_536, 1024), new Piece(999_936, 64)));

    private static final SparseMap ENDS_IN_HOLE = new SparseMap(List.of(new Piece(0, 512), new Piece(512_000, 576)));
    private static final SparseMap NO_DATA = new SparseMap(List.of());

    /** {@code user::rw-, user:1002:r--, group::r--, mask::r--, other::---} as Linux keeps it. */
    private static final ByteString ACCESS = ByteString.copyOf(HexFormat.of()
            .parseHex("02000000" + "01000600ffffffff" + "02000400ea030000" + "04000400ffffffff" + "10000400ffffffff"
                    + "20000000ffffffff"));

    private static final ByteString DEFAULT = ByteString.copyOf(HexFormat.of()
            .parseHex("02000000" + "01000700ffffffff" + "04000500ffffffff" + "08000700eb030000" + "10000700ffffffff"
                    + "20000000ffffffff"));

    /** {@code cap_net_bind_service=ep} */
    private static final ByteString CAPABILITY =
            ByteString.copyOf(HexFormat.of().parseHex("0100000200040000000000000000000000000000"));

    private static final ByteString ODD_NAME = ByteString.copyOf(new byte[] {'d', '/', (byte) 0xff, '\n', 0x01});

    private static final List<ByteString> DELETED =
            List.of(ByteString.of("d/gone/in"), ByteString.of("d/gone"), ODD_NAME);

    private static byte[] pieces() {
        byte[] pieces = new byte[1088];
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] = (byte) (i * 7 + 1);
        }
        return pieces;
    }

    private static MemberAttributes attributes(Map<String, ByteString> xattrs, Set<String> flags) {
        Instant before1970 = Instant.ofEpochSecond(-86_400, 999_999_999);
        return new MemberAttributes(
                0640,
                Members.OWNER,
                new MemberTimes(before1970, Instant.ofEpochSecond(4_300_000_000L, 1), null),
                xattrs,
                flags);
    }

    private static ImageMember file(String path, Map<String, ByteString> xattrs, Set<String> flags) {
        return ImageMember.file(ByteString.of(path), attributes(xattrs, flags), 1, Content.of(new byte[] {'x'}));
    }

    private static ImageMember sparse(String path, SparseMap map) {
        byte[] data = Arrays.copyOf(PIECES, Math.toIntExact(map.dataBytes()));
        return ImageMember.sparseFile(
                ByteString.of(path), attributes(Map.of(), Set.of()), SPARSE_BYTES, map, Content.of(data));
    }

    private static List<ImageMember> members() {
        return List.of(
                ImageMember.directory(
                        ByteString.of("d"),
                        attributes(
                                Map.of("system.posix_acl_access", ACCESS, "system.posix_acl_default", DEFAULT),
                                Set.of("dirsync", "nodump"))),
                ImageMember.deleted(DELETED.get(0)),
                ImageMember.deleted(DELETED.get(1)),
                file("d/acl", Map.of("system.posix_acl_access", ACCESS), Set.of()),
                file("d/capable", Map.of("security.capability", CAPABILITY), Set.of()),
                file(
                        "d/flags",
                        Map.of(),
                        Set.of(
                                "compress",
                                "journal",
                                "noatime",
                                "nocow",
                                "nodump",
                                "notail",
                                "sappnd",
                                "schg",
                                "sync")),
                file(
                        "d/xattrs",
                        Map.of(
                                "user.a=b%3D\n",
                                ByteString.of("=\n%"),
                                "user.empty",
                                ByteString.of(""),
                                "user.größe",
                                ByteString.copyOf(new byte[] {0, (byte) 0xff, '\n'})),
                        Set.of("nodump")),
                sparse("d/" + "n".repeat(120) + "/holes", ENDS_IN_DATA),
                sparse("d/hole at the end", ENDS_IN_HOLE),
                sparse("d/nothing", NO_DATA),
                ImageMember.socket(ByteString.of("d/socket"), attributes(Map.of(), Set.of())),
                ImageMember.deleted(DELETED.get(2)));
    }

    /** As a reader gives it: with the zeros that holes are. */
    private static Members.Seen whole(ImageMember member) throws IOException {
        Members.Seen stored = Members.Seen.of(member);
        SparseMap map = member.sparse();
        if (map == null) {
            return stored;
        }
        byte[] whole = new byte[SPARSE_BYTES];
        int from = 0;
        for (Piece piece : map.pieces()) {
            System.arraycopy(PIECES, from, whole, (int) piece.offset(), (int) piece.length());
            from += (int) piece.length();
        }
        return new Members.Seen(stored.member(), ByteString.copyOf(whole));
    }

    private static InputStream open(Compression compression) {
        ImageManifest manifest = new ImageManifest(
                "20260505-030201-files",
                "files",
                null,
                "db1",
                "admin/2",
                Members.TIME,
                Members.TIME.plusSeconds(5),
                "NONE",
                Layers.names(compression),
                Map.of("level", "10", "parent", "20260504-030201-files"),
                "saddlebag test");
        return ImageStream.open(
                manifest, ImageSource.of(members()), new Members.Recorder(), compression, Runnable::run);
    }

    private static InputStream vector(String name) {
        return Objects.requireNonNull(GoldenFidelityTest.class.getResourceAsStream(VECTORS + name), name);
    }

    /** Writes the vectors of the version that the code writes into a folder. */
    public static void main(String[] arguments) throws IOException {
        for (String text : List.of("none", "zstd")) {
            Compression compression = Compression.parse(text);
            String name =
                    "v" + ImageManifest.FORMAT_VERSION + "-fidelity" + Layers.fileSuffix(Layers.names(compression));
            try (InputStream image = open(compression)) {
                Files.write(Path.of(arguments[0]).resolve(name), image.readAllBytes());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1-fidelity.tar", "v1-fidelity.tar.zst"})
    void version_1_is_read_with_its_holes_attributes_flags_and_deletions(String name) throws IOException {
        List<Members.Seen> expected = new ArrayList<>();
        for (ImageMember member : members()) {
            if (member.type() != MemberType.DELETED && member.type() != MemberType.SOCKET) {
                expected.add(whole(member));
            }
        }
        List<Members.Seen> seen = new ArrayList<>();
        List<ByteString> deleted = new ArrayList<>();
        try (ImageReader reader = ImageReader.open(Layers.detect(vector(name), Runnable::run))) {
            ImageManifest manifest = reader.manifest().orElseThrow();
            assertThat(manifest.facts()).containsEntry("level", "10").containsEntry("parent", "20260504-030201-files");
            reader.onDeletion(deleted::add);
            reader.readAll(member ->
                    seen.add(Members.Seen.of(member.member(), member.content().readAllBytes())));
        }
        assertThat(seen).isEqualTo(expected);
        assertThat(deleted).containsExactlyElementsOf(DELETED);
    }

    @Test
    void version_1_is_still_written_byte_for_byte() throws IOException {
        try (InputStream golden = vector("v1-fidelity.tar");
                InputStream now = open(Compression.NONE)) {
            assertThat(now.readAllBytes()).isEqualTo(golden.readAllBytes());
        }
    }
}
