package io.saddlebag.tapeoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.framing.BlockCheck;
import io.saddlebag.framing.ProtectedFraming;
import io.saddlebag.quantity.BlockSize;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("M5")
class TapeOptionsTest {
    private static TapeOptions parse(String... pairs) {
        Map<String, String> given = new LinkedHashMap<>();
        for (String pair : pairs) {
            String[] halves = pair.split("=", 2);
            given.put(halves[0], halves.length == 1 ? "" : halves[1]);
        }
        return TapeOptions.parse(given);
    }

    @Test
    @Tag("M7")
    void defaults_are_bare_blocks_appended() {
        TapeOptions options = TapeOptions.DEFAULT;
        assertThat(options.format()).isEqualTo(TapeFormat.OLD_FILE);
        assertThat(options.activeIo()).isEqualTo(3);
        assertThat(options.positioning()).isEqualTo(Positioning.APPEND);
        assertThat(options.prompt()).isEqualTo(Prompt.OPERATOR);
        assertThat(options.mediaLoader()).isEqualTo(MediaLoader.AS_FOUND);
        assertThat(options.labelMismatch()).isEqualTo(LabelMismatch.ASK);
        assertThat(options.framing(BlockSize.DEFAULT)).isEmpty();
        assertThat(options.blockSizeOr(BlockSize.DEFAULT)).isEqualTo(new BlockSize(262_144));
    }

    @Test
    @Tag("M7")
    void new_tape_has_crc_and_groups_of_ten() {
        assertThat(parse("format=new_tape").framing(BlockSize.DEFAULT))
                .contains(new ProtectedFraming(BlockSize.DEFAULT, BlockCheck.AUTODIN_II, 10));
        assertThat(parse("format=NEW-TAPE", "nocrc", "nogroup_size").framing(BlockSize.DEFAULT))
                .contains(new ProtectedFraming(BlockSize.DEFAULT, BlockCheck.NONE, 0));
        assertThat(parse("format=new_tape", "Crc", "Block_Size=65024", "group_size=100")
                        .framing(BlockSize.DEFAULT))
                .contains(new ProtectedFraming(new BlockSize(65_024), BlockCheck.AUTODIN_II, 100));
        assertThat(TapeOptions.parseForJournals(Map.of()).format()).isEqualTo(TapeFormat.NEW_TAPE);
        assertThat(TapeOptions.parseForJournals(Map.of("format", "old_file")).format())
                .isEqualTo(TapeFormat.OLD_FILE);
    }

    @Test
    void all_options_are_understood_together() {
        TapeOptions options = parse(
                "format=new_tape",
                "blockSize=64k",
                "crc=checksum",
                "groupSize=7",
                "activeIo=5",
                "rewind",
                "density=(lto3,nocompaction)",
                "prompt=Automatic",
                "nomedia_loader",
                "acceptLabel=true",
                "owner=[sales,jane]",
                "protection=(S,O,G:W,W:R)",
                "tapeExpiration=2027-01-31",
                "label=(TAPE01,TAPE07)");
        assertThat(options.blockSize()).isEqualTo(new BlockSize(65_536));
        assertThat(options.crc()).isEqualTo(BlockCheck.CHECKSUM);
        assertThat(options.groupSize()).isEqualTo(7);
        assertThat(options.activeIo()).isEqualTo(5);
        assertThat(options.positioning()).isEqualTo(Positioning.REWIND);
        assertThat(options.density()).isEqualTo(new Density("LTO3", Density.Compaction.NOCOMPACTION));
        assertThat(options.prompt()).isEqualTo(Prompt.AUTOMATIC);
        assertThat(options.mediaLoader()).isEqualTo(MediaLoader.ABSENT);
        assertThat(options.labelMismatch()).isEqualTo(LabelMismatch.ACCEPT);
        assertThat(options.owner()).hasToString("[sales,jane]");
        assertThat(options.protection()).hasToString("S:RW,O:RW,G:RW,W:R");
        assertThat(options.tapeExpiration()).isEqualTo(Instant.parse("2027-01-31T00:00:00Z"));
        assertThat(options.labels()).hasToString("TAPE01,TAPE07");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "format=tar | option 'format' is 'tar'; valid are old_file, new_tape",
                "blockSize=2047 | option 'blockSize' is '2047'; valid are 2048 to 65024 bytes as in RMU, and above that up to the drive's limit",
                "blockSize=16M | option 'blockSize' is '16M'; valid are 2048 to 65024 bytes as in RMU, and above that up to the drive's limit",
                "crc=md5 | option 'crc' is 'md5'; 'md5' is not a block check; valid are none, checksum, autodin-ii",
                "groupSize=101 | option 'groupSize' is '101'; valid are 0 to 100",
                "groupSize=-1 | option 'groupSize' is '-1'; valid are 0 to 100",
                "activeIo=0 | option 'activeIo' is '0'; valid are 1 to 5",
                "activeIo=6 | option 'activeIo' is '6'; valid are 1 to 5",
                "activeIo=many | option 'activeIo' is 'many'; valid are 1 to 5",
                "rewind=maybe | option 'rewind' is 'maybe'; valid are true, false",
                "prompt=mail | option 'prompt' is 'mail'; valid are automatic, operator, client",
                "tapeExpiration=soon | option 'tapeExpiration' is 'soon'; valid are a day or an instant in UTC, as in 2027-01-31 or 2027-01-31T12:00:00Z",
                "norewind=true | option 'norewind' takes no value, not 'true'",
            })
    void a_wrong_value_is_named_with_the_valid_ones(String given, String message) {
        assertThatThrownBy(() -> parse(given, given.startsWith("format") ? "acceptLabel" : "format=new_tape"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void limits_themselves_are_valid() {
        parse("format=new_tape", "blockSize=2048", "groupSize=0", "activeIo=1");
        parse("format=new_tape", "blockSize=1M", "groupSize=100", "activeIo=5");
    }

    @ParameterizedTest
    @Tag("M7")
    @ValueSource(
            strings = {
                "activeIo=3",
                "block_size=4096",
                "crc=none",
                "density=LTO3",
                "group_size=10",
                "label=TAPE01",
                "owner=jane",
                "protection=W:R",
                "norewind",
                "tape_expiration=2027-01-31"
            })
    void what_only_means_something_with_new_tape_is_refused_without(String given) {
        assertThatThrownBy(() -> parse(given)).hasMessageContaining("it only means something with format=new_tape");
        assertThatThrownBy(() -> parse(given, "format=old_file")).hasMessageContaining("format=new_tape");
        parse(given, "format=new_tape");
    }

    @Test
    void labels_prompts_and_loaders_need_no_format() {
        parse("acceptLabel", "prompt=client", "mediaLoader");
    }

    @Test
    void options_that_contradict_each_other_are_both_named() {
        assertThatThrownBy(() -> parse("format=new_tape", "blockSize=8M", "groupSize=100"))
                .hasMessageStartingWith("options 'blockSize' and 'groupSize' don't go together: 100 blocks of 8388608");
        assertThatThrownBy(() -> parse("format=new_tape", "rewind", "norewind"))
                .hasMessage("option 'rewind' is given twice");
        assertThatThrownBy(() -> parse("speed=9"))
                .hasMessageStartingWith("there is no tape option 'speed'; there are format, ");
    }

    @Test
    void densities_are_names_with_or_without_compaction() {
        assertThat(Density.parse("lto3")).hasToString("LTO3");
        assertThat(Density.parse("(3490E,Compaction)")).hasToString("3490E,compaction");
        assertThat(Density.parse("nocompaction")).hasToString("DEFAULT,nocompaction");
        assertThatThrownBy(() -> Density.parse("lto3,fast")).hasMessageContaining("'lto3,fast' is not a density");
        assertThatThrownBy(() -> Density.parse("")).hasMessageContaining("'' is not a density's name");
    }
}
