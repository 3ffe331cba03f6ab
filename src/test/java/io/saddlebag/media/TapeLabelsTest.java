package io.saddlebag.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("M10")
class TapeLabelsTest {
    private static List<String> first(int count, TapeLabels labels) {
        return IntStream.rangeClosed(1, count).mapToObj(labels::label).toList();
    }

    @Test
    void labels_go_on_from_the_last_one_named() {
        assertThat(first(3, TapeLabels.parse("TAPE01"))).containsExactly("TAPE01", "TAPE02", "TAPE03");
        assertThat(first(4, TapeLabels.parse("(SALES7, TAPE08)")))
                .containsExactly("SALES7", "TAPE08", "TAPE09", "TAPE10");
        assertThat(first(3, TapeLabels.parse("T9"))).containsExactly("T9", "T10", "T11");
        assertThat(first(3, TapeLabels.parse("ORDERS"))).containsExactly("ORDERS", "ORDE01", "ORDE02");
        assertThat(first(2, TapeLabels.parse("AB"))).containsExactly("AB", "AB01");
    }

    @Test
    void no_label_is_made_that_was_named() {
        assertThat(first(4, TapeLabels.parse("TAPE02,TAPE01"))).containsExactly("TAPE02", "TAPE01", "TAPE03", "TAPE04");
    }

    @Test
    void labels_end_where_six_characters_do() {
        TapeLabels labels = TapeLabels.parse("TAPE01");
        assertThat(labels.label(99)).isEqualTo("TAPE99");
        assertThatThrownBy(() -> labels.label(100))
                .hasMessage("there is no label of 6 characters for volume 100 after TAPE01; name more labels");
    }

    @Test
    void without_labels_the_backup_files_name_makes_them() {
        assertThat(first(3, TapeLabels.ofFileName("/backup/my_backup.rbf")))
                .containsExactly("my_bac", "my_b01", "my_b02");
        assertThat(first(2, TapeLabels.ofFileName("ab.aij_rbf"))).containsExactly("ab", "ab01");
        assertThat(first(3, TapeLabels.parse("file:/backup/my_backup.rbf")))
                .containsExactly("my_bac", "my_b01", "my_b02");
        assertThat(first(3, TapeLabels.parse("FILE:back2024"))).containsExactly("back20", "back01", "back02");
        assertThat(first(3, TapeLabels.parse("file:back01.aij"))).containsExactly("back01", "back02", "back03");
        assertThat(first(3, TapeLabels.parse("file:abc1"))).containsExactly("abc1", "abc101", "abc102");
        assertThatThrownBy(() -> TapeLabels.parse("file:"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no label can be made from ''");
        assertThat(TapeLabels.ofFileName("_ü x.rbf").label(1)).isEqualTo("x");
        assertThatThrownBy(() -> TapeLabels.ofFileName("..."))
                .hasMessage("no label can be made from '...'; name one of 1 to 6 characters");
    }

    @Test
    void a_label_has_one_to_six_characters() {
        for (String bad : List.of("", "TAPE001", "A B", "-A")) {
            assertThatThrownBy(() -> TapeLabels.parse(bad))
                    .hasMessageContaining("'" + bad + "' is not a label; valid are 1 to 6 letters");
        }
        assertThatThrownBy(() -> TapeLabels.parse("A1,a1")).hasMessage("label 'a1' is named twice");
    }
}
