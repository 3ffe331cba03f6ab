package io.saddlebag.tapeoption;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The options by name. RMU's spellings with underscores and its negated forms are known, too. */
public enum TapeOption {
    FORMAT("format", Meaning.ANY_FORMAT),
    BLOCK_SIZE("blockSize", Meaning.NEW_TAPE),
    CRC("crc", Meaning.NEW_TAPE),
    GROUP_SIZE("groupSize", Meaning.NEW_TAPE),
    ACTIVE_IO("activeIo", Meaning.NEW_TAPE),
    DRIVES("drives", Meaning.ANY_FORMAT),
    REWIND("rewind", Meaning.NEW_TAPE),
    DENSITY("density", Meaning.NEW_TAPE),
    LABEL("label", Meaning.NEW_TAPE),
    OWNER("owner", Meaning.NEW_TAPE),
    PROTECTION("protection", Meaning.NEW_TAPE),
    TAPE_EXPIRATION("tapeExpiration", Meaning.NEW_TAPE),
    ACCEPT_LABEL("acceptLabel", Meaning.ANY_FORMAT),
    PROMPT("prompt", Meaning.ANY_FORMAT),
    MEDIA_LOADER("mediaLoader", Meaning.ANY_FORMAT);

    private final String optionName;
    private final Meaning meaning;

    private enum Meaning {
        /** On tape, whatever the format. */
        ANY_FORMAT,
        /** On tape with format=new_tape. */
        NEW_TAPE
    }

    TapeOption(String optionName, Meaning meaning) {
        this.optionName = optionName;
        this.meaning = meaning;
    }

    /** As in URIs: {@code groupSize}. */
    public String optionName() {
        return optionName;
    }

    /** Without {@code format=new_tape} it would say nothing. */
    public boolean needsNewTape() {
        return meaning != Meaning.ANY_FORMAT;
    }

    /** A target that is no tape has to refuse it. */
    public boolean isForTapeOnly() {
        return meaning != Meaning.NEW_TAPE && this != FORMAT;
    }

    /** By any of its spellings: {@code groupSize}, {@code group_size}, {@code Group-Size}. */
    public static Optional<TapeOption> find(String name) {
        String plain = plain(name);
        return Arrays.stream(values())
                .filter(o ->
                        o.optionName.toLowerCase(Locale.ROOT).equals(plain) || (o == OWNER && plain.equals("owneruic")))
                .findFirst();
    }

    static String plain(String name) {
        return name.strip().toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }
}
