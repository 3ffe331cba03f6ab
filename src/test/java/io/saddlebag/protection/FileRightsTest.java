package io.saddlebag.protection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("M29")
class FileRightsTest {
    private static final Requester JANE = new Requester("jane", Set.of("sales"), false);
    private static final Requester JOHN = new Requester("john", Set.of("sales"), false);
    private static final Requester MALLORY = Requester.user("mallory");

    @Test
    void where_nothing_is_said_nobody_is_refused_and_nothing_is_kept() {
        FileRights none = FileRights.parse(null, null);
        assertThat(none).isEqualTo(FileRights.NONE);
        assertThat(none.isSaid()).isFalse();
        assertThat(new BackupRights(none, "saddlebag").facts()).isEmpty();
        assertThat(BackupRights.of(Map.of()).allow(MALLORY, Access.DELETE)).isTrue();
        assertThat(none.protectionOrDefault().fileMode()).isEqualTo(0500);
    }

    @Test
    void what_is_not_said_is_whoever_writes_with_the_default_of_disks() {
        assertThat(new BackupRights(FileRights.parse(null, "W:R"), "saddlebag").facts())
                .containsOnly(Map.entry("writer", "saddlebag"), Map.entry("protection", "S:RWED,O:RE,G,W:R"));
        assertThat(new BackupRights(FileRights.parse("[sales,jane]", null), "saddlebag").facts())
                .containsOnly(Map.entry("owner", "[sales,jane]"), Map.entry("protection", "S:RWED,O:RE,G,W"));
        FileRights configured = FileRights.parse("jane", "G:R");
        assertThat(FileRights.parse(null, "W:R").or(configured))
                .hasToString("belongs to jane with protection S:RWED,O:RE,G,W:R");
        assertThat(FileRights.NONE.or(configured)).isEqualTo(configured);
    }

    @Test
    void by_default_owners_read_and_the_system_alone_deletes() {
        BackupRights rights = BackupRights.of(Map.of("owner", "[sales,jane]", "protection", "S:RWED,O:RE,G,W"));
        assertThat(rights.allow(JANE, Access.READ)).isTrue();
        assertThat(rights.allow(JANE, Access.DELETE)).isFalse();
        assertThat(rights.allow(JOHN, Access.READ)).isFalse();
        assertThat(rights.allow(MALLORY, Access.READ)).isFalse();
        assertThat(rights.allow(Requester.system("root"), Access.DELETE)).isTrue();
        assertThat(rights.allow(null, Access.DELETE)).isTrue();
    }

    /** The guide's own example: on tape classes get what weaker ones have, on disk they have what is said. */
    @Test
    void on_disk_nothing_is_accumulated() {
        FileRights said = FileRights.parse("[sales,jane]", "(S,O,G:W,W:R)");
        BackupRights rights = new BackupRights(said, "root");
        assertThat(said.protectionOrDefault()).hasToString("S,O,G:W,W:R");
        assertThat(Protection.parseForTape("(S,O,G:W,W:R)")).hasToString("S:RW,O:RW,G:RW,W:R");
        assertThat(said.protectionOrDefault().fileMode()).isEqualTo(0024);
        assertThat(rights.allow(JANE, Access.READ)).isFalse();
        assertThat(rights.allow(JOHN, Access.READ)).isFalse();
        assertThat(rights.allow(MALLORY, Access.READ)).isTrue();
        assertThat(rights.allow(Requester.system("root"), Access.READ)).isTrue();
    }

    @Test
    void what_is_kept_says_the_same_again() {
        for (FileRights said :
                List.of(FileRights.NONE, FileRights.parse(null, "W:R"), FileRights.parse("[a,b]", "S,O,G,W:R"))) {
            BackupRights kept = new BackupRights(said, "saddlebag");
            assertThat(BackupRights.of(kept.facts()).facts()).isEqualTo(kept.facts());
        }
        BackupRights ofWriter = BackupRights.of(Map.of("writer", "jane", "protection", "S,O:R,G,W"));
        assertThat(ofWriter.said().owner()).isNull();
        assertThat(ofWriter.allow(JANE, Access.READ)).isTrue();
        assertThat(ofWriter.allow(JOHN, Access.READ)).isFalse();
        assertThat(ofWriter).hasToString("belongs to jane with protection S,O:R,G,W");
    }

    @Test
    void what_cannot_be_understood_is_the_systems() {
        for (Map<String, String> odd : List.of(
                Map.of("owner", "[sales", "protection", "W:RWED"),
                Map.of("protection", "W:Q"),
                Map.of("protection", "W,O:R"))) {
            BackupRights rights = BackupRights.of(odd);
            assertThat(rights.allow(MALLORY, Access.READ)).isFalse();
            assertThat(rights.allow(Requester.system("root"), Access.READ)).isTrue();
        }
    }

    @Test
    void what_is_none_is_refused_by_its_option() {
        assertThatThrownBy(() -> FileRights.parse("[sales]", null))
                .hasMessageContaining("option 'owner' is '[sales]'; '[sales]' is not an owner; valid are");
        assertThatThrownBy(() -> FileRights.parse(null, "A:R"))
                .hasMessageContaining("option 'protection' is 'A:R'; 'A:R' is not a protection");
    }
}
