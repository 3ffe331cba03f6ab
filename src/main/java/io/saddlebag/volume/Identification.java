package io.saddlebag.volume;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeLabel;
import org.jspecify.annotations.Nullable;

/**
 * What a cartridge proved to be when its label was read ({@code identifyvol}, M13, M16).
 *
 * @param at where it stood
 * @param label null when it has none of ours
 * @param volume what the catalog has under the label's id; null when nothing
 * @param problem empty when label, barcode and catalog agree
 */
public record Identification(
        Element at,
        @Nullable Barcode barcode,
        @Nullable VolumeLabel label,
        @Nullable Volume volume,
        String problem) {}
