package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.quantity.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A virtual tape library: a folder with cartridges that are files.
 *
 * @param folder relative to the home folder
 * @param create how it is made at its first use; null when it has to exist
 * @param blockSize of the data blocks written (M5)
 * @param patience how long a job waits for an operator to bring a volume (M15)
 */
public record LibraryConfig(String folder, @Nullable Create create, BlockSize blockSize, Duration patience) {
    public static final Duration DEFAULT_PATIENCE = Duration.ofHours(1);

    public LibraryConfig(
            @JsonProperty("folder") @Nullable String folder,
            @JsonProperty("create") @Nullable Create create,
            @JsonProperty("blockSize") @Nullable String blockSize,
            @JsonProperty("patience") @Nullable String patience) {
        this(
                required("folder", folder),
                create,
                blockSize == null
                        ? BlockSize.DEFAULT
                        : new BlockSize(
                                Math.toIntExact(ByteCount.parse(blockSize).bytes())),
                patience == null ? DEFAULT_PATIENCE : Durations.parse(patience));
    }

    static String required(String option, @Nullable String value) {
        if (value == null) {
            throw new IllegalArgumentException("option '" + option + "' is missing or misspelt");
        }
        return value;
    }

    /**
     * A new library.
     *
     * @param slots number of storage elements
     * @param drives number of drives
     * @param mailSlots number of import/export elements
     * @param cartridges blank cartridges in the first slots
     * @param capacity of each cartridge
     * @param barcodes the first characters of their barcodes, at most 3
     */
    public record Create(int slots, int drives, int mailSlots, int cartridges, ByteCount capacity, String barcodes) {
        private static final int DEFAULT_SLOTS = 8;
        private static final int DEFAULT_DRIVES = 2;
        private static final int DEFAULT_MAIL_SLOTS = 2;
        private static final String DEFAULT_BARCODES = "SBG";

        public Create(
                @JsonProperty("slots") @Nullable Integer slots,
                @JsonProperty("drives") @Nullable Integer drives,
                @JsonProperty("mailSlots") @Nullable Integer mailSlots,
                @JsonProperty("cartridges") @Nullable Integer cartridges,
                @JsonProperty("capacity") @Nullable String capacity,
                @JsonProperty("barcodes") @Nullable String barcodes) {
            this(
                    slots == null ? DEFAULT_SLOTS : slots,
                    drives == null ? DEFAULT_DRIVES : drives,
                    mailSlots == null ? DEFAULT_MAIL_SLOTS : mailSlots,
                    cartridges == null ? (slots == null ? DEFAULT_SLOTS : slots) : cartridges,
                    ByteCount.parse(required("capacity", capacity)),
                    barcodes == null ? DEFAULT_BARCODES : barcodes);
        }
    }
}
