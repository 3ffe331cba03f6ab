package io.saddlebag.camel.node;

import io.saddlebag.librarian.DeviceOptions;
import io.saddlebag.protection.FileRights;
import io.saddlebag.tapeoption.TapeOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.camel.spi.UriParam;
import org.jspecify.annotations.Nullable;

/** What endpoints that write to tape have in common: how it is written (M5, M7, M10, M28, M29). */
public abstract class TapeWritingEndpoint extends SaddlebagEndpoint {
    @UriParam(
            description =
                    "Length of blocks on tape, 2048 to 65024 or as long as the drive takes, as in 64k; else the library's. Only with format=new_tape.")
    private @Nullable String blockSize;

    @UriParam(
            defaultValue = "autodin-ii",
            enums = "none,checksum,autodin-ii",
            description = "How blocks prove themselves. Only with format=new_tape.")
    private @Nullable String crc;

    @UriParam(
            defaultValue = "10",
            description =
                    "Data blocks that share a recovery block, 0 to 100; 0 for no recovery blocks. Only with format=new_tape.")
    private @Nullable String groupSize;

    @UriParam(
            defaultValue = "3",
            description = "Buffers between what makes the image and the drive, 1 to 5. Only with format=new_tape.")
    private @Nullable String activeIo;

    @UriParam(
            defaultValue = "1",
            description =
                    "Drives that write at once: a number, 1 to 16, for whichever are free, and for fewer when not all are; or their names in"
                            + " order, as in left,right, each of which has to be free. The image is spread over them, labels are used"
                            + " in their order, and it is read back by as many.")
    private @Nullable String drives;

    @UriParam(
            defaultValue = "false",
            enums = "true,false",
            description =
                    "Whether the image begins a volume that is labelled anew; else it is appended. Nothing valid is overwritten. Only with format=new_tape.")
    private @Nullable String rewind;

    @UriParam(
            description =
                    "Density and compaction that the drive should write with, as in LTO3,nocompaction; else the drive's. Only with format=new_tape.")
    private @Nullable String density;

    @UriParam(
            description =
                    "Labels of 1 to 6 characters that the volumes should have, in order, as in TAPE01,TAPE07; further ones are made from the last. Or file:NAME, for labels made of a file's name as RMU does: file:my_backup.rbf is my_bac, my_b01, my_b02. Only with format=new_tape.")
    private @Nullable String label;

    @UriParam(
            defaultValue = "false",
            enums = "true,false",
            description =
                    "Whether a usable volume with another label is taken and keeps it; else the operator is asked.")
    private @Nullable String acceptLabel;

    @UriParam(
            description =
                    "Owner of the volumes that the backup goes on to, a user or [group,member], and of the first one with rewind; else whoever writes. On tape only with format=new_tape."
                            + " Of the files in a pool, where the endpoint has one: a user, a group, or [group,user] of this machine.")
    private @Nullable String owner;

    @UriParam(
            description =
                    "Who may read and write the volumes that have this owner, as in (S:RW,O:R,G,W). On tape only with format=new_tape."
                            + " Of the files in a pool, where the endpoint has one: as in (S:RWED,O:RE,G,W), the default there; they"
                            + " get the mode that it is.")
    private @Nullable String protection;

    @UriParam(
            description =
                    "When the volumes expire that begin with this backup, as in 2027-01-31 or 2027-01-31T12:00:00Z; else as their media family says. Only with format=new_tape.")
    private @Nullable String tapeExpiration;

    @UriParam(
            defaultValue = "operator",
            enums = "automatic,operator,client",
            description =
                    "Who is asked when a volume is missing or has an unexpected label. operator: the job waits until somebody"
                            + " answers it with rpyjob, or the volume arrives. automatic: nobody, it fails at once."
                            + " client: whoever sits at the terminal of the command, which a route has not; then the operator.")
    private @Nullable String prompt;

    @UriParam(
            enums = "true,false",
            description = "Whether something changes cartridges by itself; else as the library says.")
    private @Nullable String mediaLoader;

    protected TapeWritingEndpoint(String uri, SaddlebagComponent component) {
        super(uri, component);
    }

    /** As it was given; null for the default, which isn't the same everywhere (M7). */
    public abstract @Nullable String getFormat();

    /**
     * How the tape is written, as this endpoint was told.
     *
     * @param parse knows what is meant where no format was given
     * @throws IllegalArgumentException when options can't be or contradict each other
     */
    protected TapeOptions tapeOptions(Function<Map<String, String>, TapeOptions> parse) {
        Map<String, String> given = tapeOnly();
        String format = getFormat();
        if (format != null) {
            given.put("format", format);
        }
        try {
            return parse.apply(given);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(getEndpointUri() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Refuses what only tapes have, whatever the format.
     *
     * @param target that is none, for people: {@code operation=restore}
     * @throws IllegalArgumentException naming those that were given
     */
    protected void requireNoTapeOptions(String target) {
        requireNone(tapeOnly(), target);
    }

    private void requireNone(Map<String, String> given, String target) {
        if (!given.isEmpty()) {
            throw new IllegalArgumentException(getEndpointUri() + ": " + target + " is no tape, and has no "
                    + String.join(", ", given.keySet()) + "; leave those options out, or give a library");
        }
    }

    /**
     * What a disk pool takes of these options: its files' owner and protection (M29). Refuses the others.
     *
     * @throws IllegalArgumentException naming those that only tapes have, or what can't be
     */
    protected FileRights fileRights(String pool) {
        Map<String, String> others = tapeOnly();
        String whose = others.remove("owner");
        String allowed = others.remove("protection");
        requireNone(others, "pool " + pool);
        try {
            return FileRights.parse(whose, allowed);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(getEndpointUri() + ": " + e.getMessage(), e);
        }
    }

    /** Those that were given, by name. */
    /**
     * Refuses all options of devices, for what the librarian writes (J9).
     *
     * @throws IllegalArgumentException naming both options of each conflict
     */
    protected void requireNoDeviceOptions() {
        Map<String, String> given = tapeOnly();
        String format = getFormat();
        if (format != null) {
            given.put("format", format);
        }
        try {
            DeviceOptions.refuse(given.keySet());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(getEndpointUri() + ": " + e.getMessage(), e);
        }
    }

    private Map<String, String> tapeOnly() {
        Map<String, String> given = new LinkedHashMap<>();
        put(given, "blockSize", blockSize);
        put(given, "crc", crc);
        put(given, "groupSize", groupSize);
        put(given, "activeIo", activeIo);
        put(given, "drives", drives);
        put(given, "rewind", rewind);
        put(given, "density", density);
        put(given, "label", label);
        put(given, "acceptLabel", acceptLabel);
        put(given, "owner", owner);
        put(given, "protection", protection);
        put(given, "tapeExpiration", tapeExpiration);
        put(given, "prompt", prompt);
        put(given, "mediaLoader", mediaLoader);
        return given;
    }

    private static void put(Map<String, String> all, String option, @Nullable String value) {
        if (value != null) {
            all.put(option, value);
        }
    }

    public @Nullable String getBlockSize() {
        return blockSize;
    }

    public void setBlockSize(@Nullable String blockSize) {
        this.blockSize = blockSize;
    }

    public @Nullable String getCrc() {
        return crc;
    }

    public void setCrc(@Nullable String crc) {
        this.crc = crc;
    }

    public @Nullable String getGroupSize() {
        return groupSize;
    }

    public void setGroupSize(@Nullable String groupSize) {
        this.groupSize = groupSize;
    }

    public @Nullable String getActiveIo() {
        return activeIo;
    }

    public void setActiveIo(@Nullable String activeIo) {
        this.activeIo = activeIo;
    }

    public @Nullable String getDrives() {
        return drives;
    }

    public void setDrives(@Nullable String drives) {
        this.drives = drives;
    }

    public @Nullable String getRewind() {
        return rewind;
    }

    public void setRewind(@Nullable String rewind) {
        this.rewind = rewind;
    }

    public @Nullable String getDensity() {
        return density;
    }

    public void setDensity(@Nullable String density) {
        this.density = density;
    }

    public @Nullable String getLabel() {
        return label;
    }

    public void setLabel(@Nullable String label) {
        this.label = label;
    }

    public @Nullable String getAcceptLabel() {
        return acceptLabel;
    }

    public void setAcceptLabel(@Nullable String acceptLabel) {
        this.acceptLabel = acceptLabel;
    }

    public @Nullable String getOwner() {
        return owner;
    }

    public void setOwner(@Nullable String owner) {
        this.owner = owner;
    }

    public @Nullable String getProtection() {
        return protection;
    }

    public void setProtection(@Nullable String protection) {
        this.protection = protection;
    }

    public @Nullable String getTapeExpiration() {
        return tapeExpiration;
    }

    public void setTapeExpiration(@Nullable String tapeExpiration) {
        this.tapeExpiration = tapeExpiration;
    }

    public @Nullable String getPrompt() {
        return prompt;
    }

    public void setPrompt(@Nullable String prompt) {
        this.prompt = prompt;
    }

    public @Nullable String getMediaLoader() {
        return mediaLoader;
    }

    public void setMediaLoader(@Nullable String mediaLoader) {
        this.mediaLoader = mediaLoader;
    }
}
