package io.saddlebag.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Backups are drawn as {@code number@second kind media [lsn|#sequence]}, media with a plus between the images of a chain. */
class CriteriaTest {
    @ParameterizedTest
    @Tag("R3")
    @CsvSource(delimiter = '|', textBlock = """
                    # newest that satisfies until
                    now        | disk,tape | 1@10 set disk; 2@20 set disk; 3@30 set disk          | 3 2 1
                    20         | disk,tape | 1@10 set disk; 2@20 set disk; 3@30 set disk          | 2 1
                    19         | disk,tape | 1@10 set disk; 2@20 set disk; 3@30 set disk          | 1
                    # an older backup that was read in later is older
                    now        | disk,tape | 1@30 set disk; 2@20 set disk                         | 1 2
                    # same point: copy before set, then disk before tape, then the one made last
                    now        | disk,tape | 1@10 copy tape; 2@10 set disk                        | 1 2
                    now        | disk,tape | 1@10 set disk; 2@10 set tape                         | 1 2
                    now        | disk,tape | 1@10 set disk; 2@10 set disk                         | 2 1
                    now        | disk,tape | 1@10 copy disk; 2@11 set tape                        | 2 1
                    # only the media that are allowed
                    now        | disk      | 1@10 set disk; 2@20 set tape                         | 1
                    now        | tape      | 1@10 set disk,tape; 2@20 set disk                    | 1
                    # each image of a chain needs a copy there, and the slowest of them counts
                    now        | disk      | 1@10 set disk; 2@20 set disk+tape                    | 1
                    now        | disk,tape | 1@10 set disk+tape; 2@10 set disk+disk               | 2 1
                    # places in journals, and those that aren't known
                    lsn:0/200  | disk,tape | 1@10 set disk 0/100; 2@20 set disk 0/200; 3@30 set disk 0/201; 4@40 set disk | 2 1
                    lsn:1/0    | disk,tape | 1@10 set disk 0/FFFFFFFF; 2@20 set disk 1/1          | 1
                    scn:1500   | disk,tape | 1@10 set disk 1500; 2@20 set disk 0/1; 3@30 set disk 1501 | 1
                    sequence:7 | disk,tape | 1@10 set disk #6; 2@20 set disk #7; 3@30 set disk #8; 4@40 set disk | 2 1
                    """)
    void what_satisfies_a_wish_comes_in_the_order_in_which_it_is_tried(
            String until, String media, String known, String chosen) {
        Choice choice = new Criteria(until(until), Medium.parse(media)).choose(drawn(known));

        assertThat(choice.inOrder())
                .extracting(Candidate::id)
                .containsExactly(java.util.Arrays.stream(chosen.split(" "))
                        .map(Long::valueOf)
                        .toArray(Long[]::new));
        assertThat(choice.inOrder().size() + choice.passedOver().size())
                .isEqualTo(drawn(known).size());
    }

    @Test
    @Tag("R3")
    void each_backup_that_is_passed_over_has_its_reason_the_newest_first() {
        List<Candidate> known = new ArrayList<>(
                drawn("1@10 set tape 0/100; 2@20 set disk; 3@30 set disk 9; 4@40 set disk 0/301; 5@50 set disk #2"));
        known.add(new Candidate(
                6, at(60), null, null, Candidate.Kind.BACKUP_SET, known.get(0).pieces(), List.of(), "it is lost"));

        Choice choice = new Criteria(until("lsn:0/300"), Set.of(Medium.DISK)).choose(known);

        assertThat(choice.inOrder()).isEmpty();
        assertThat(choice.passedOver())
                .extracting(Choice.PassedOver::toString)
                .containsExactly(
                        "backup 6 of 1970-01-01T00:01:00Z: it is lost",
                        "backup 5 of 1970-01-01T00:00:50Z: where in the journals it ends isn't known",
                        "backup 4 of 1970-01-01T00:00:40Z: it reaches to 0/301",
                        "backup 3 of 1970-01-01T00:00:30Z: it ends at 9, which can't be compared with 0/300",
                        "backup 2 of 1970-01-01T00:00:20Z: where in the journals it ends isn't known",
                        "backup 1 of 1970-01-01T00:00:10Z: image i1.0 has no copy on disk, only tape of i1.0");
    }

    @Test
    @Tag("R3")
    @Tag("R5")
    void copies_are_tried_from_disk_first_and_in_the_order_in_which_they_were_made() {
        Piece piece = new Piece(
                "i",
                List.of(
                        new StoredCopy(0, Medium.TAPE, "VOL1"),
                        new StoredCopy(2, Medium.DISK, "b"),
                        new StoredCopy(1, Medium.DISK, "a"),
                        new StoredCopy(3, Medium.TAPE, "VOL2")));

        assertThat(piece.inOrder(Medium.ANY)).extracting(StoredCopy::place).containsExactly("a", "b", "VOL1", "VOL2");
        assertThat(piece.inOrder(Set.of(Medium.TAPE)))
                .extracting(StoredCopy::place)
                .containsExactly("VOL1", "VOL2");
    }

    @ParameterizedTest
    @Tag("R3")
    @ValueSource(
            strings = {
                "2026-01-31T12:00:00Z",
                "lsn:16/B374D848",
                "lsn:FFFFFFFF/FFFFFFFF",
                "scn:1500",
                "sequence:17",
                "now"
            })
    void a_point_reads_as_it_is_written(String text) {
        assertThat(Until.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @Tag("R3")
    @ValueSource(
            strings = {
                "yesterday",
                "lsn:1500",
                "scn:0/1",
                "lsn:",
                "lsn:0/123456789",
                "sequence:-1",
                "sequence:x",
                "scn:99999999999999999999"
            })
    void what_is_no_point_is_refused_with_what_would_be_valid(String text) {
        assertThatThrownBy(() -> Until.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is no point to restore to; valid is a time such as 2026-01-31T12:00:00Z,"
                        + " lsn:16/B374D848, scn:1500 or sequence:17");
    }

    @Test
    @Tag("R3")
    void a_medium_that_there_is_not_is_refused() {
        assertThatThrownBy(() -> Medium.parse("disk,cloud"))
                .hasMessage("'cloud' is not a medium; valid are disk, tape, with commas between");
    }

    private static Until until(String text) {
        return text.chars().allMatch(Character::isDigit) ? new Until.Time(at(Long.parseLong(text))) : Until.parse(text);
    }

    private static Instant at(long second) {
        return Instant.ofEpochSecond(second);
    }

    private static List<Candidate> drawn(String text) {
        List<Candidate> all = new ArrayList<>();
        for (String each : text.split(";")) {
            String[] words = each.strip().split(" ");
            String id = words[0].substring(0, words[0].indexOf('@'));
            List<Piece> pieces = new ArrayList<>();
            for (String media : words[2].split("\\+")) {
                String image = "i" + id + "." + pieces.size();
                List<StoredCopy> copies = new ArrayList<>();
                for (String medium : media.split(",")) {
                    copies.add(new StoredCopy(
                            copies.size(), Medium.parse(medium).iterator().next(), medium + " of " + image));
                }
                pieces.add(new Piece(image, copies));
            }
            @Nullable String reached = words.length > 3 ? words[3] : null;
            boolean sequence = reached != null && reached.startsWith("#");
            all.add(new Candidate(
                    Long.parseLong(id),
                    at(Long.parseLong(words[0].substring(words[0].indexOf('@') + 1))),
                    reached == null || sequence ? null : LogPosition.parse(reached),
                    reached != null && sequence ? Long.valueOf(reached.substring(1)) : null,
                    words[1].equals("copy") ? Candidate.Kind.IMAGE_COPY : Candidate.Kind.BACKUP_SET,
                    pieces,
                    List.of(),
                    null));
        }
        return all;
    }
}
