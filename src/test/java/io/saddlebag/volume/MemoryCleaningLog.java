package io.saddlebag.volume;

import io.saddlebag.library.Barcode;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

public final class MemoryCleaningLog implements CleaningLog {
    private final Map<Barcode, Integer> uses = new HashMap<>();
    private final Map<Barcode, String> retired = new HashMap<>();
    private final Map<String, Instant> since = new HashMap<>();
    private final Set<String> asked = new HashSet<>();

    @Override
    public int uses(Barcode cartridge) {
        return uses.getOrDefault(cartridge, 0);
    }

    @Override
    public void countUse(Barcode cartridge) {
        uses.merge(cartridge, 1, Integer::sum);
    }

    @Override
    public Optional<String> retired(Barcode cartridge) {
        return Optional.ofNullable(retired.get(cartridge));
    }

    @Override
    public void retire(Barcode cartridge, String why) {
        retired.put(cartridge, why);
    }

    @Override
    public boolean asked(String drive) {
        return asked.contains(drive);
    }

    @Override
    public void ask(String drive, Instant now) {
        since.putIfAbsent(drive, now);
        asked.add(drive);
    }

    @Override
    public Optional<Instant> since(String drive) {
        return Optional.ofNullable(since.get(drive));
    }

    @Override
    public void cleaned(String drive, Instant at) {
        since.put(drive, at);
        asked.remove(drive);
    }
}
