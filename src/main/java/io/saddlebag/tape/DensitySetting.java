package io.saddlebag.tape;

import java.io.IOException;

/** What drives can do besides that write at several densities, or compress (M5). */
public interface DensitySetting {
    /**
     * Takes effect when the medium is written from its beginning.
     *
     * @param density upper case, as in {@code DEFAULT}, {@code LTO3}, {@code 6250}
     * @param compaction {@code AS_IT_IS}, {@code COMPACTION} or {@code NOCOMPACTION}
     * @throws TapeException when this drive can't, naming it, the density and those that it knows
     */
    void setDensity(String density, String compaction) throws IOException;
}
