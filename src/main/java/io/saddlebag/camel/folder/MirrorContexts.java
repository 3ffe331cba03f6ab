package io.saddlebag.camel.folder;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Component;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.BeanRepository;
import org.apache.camel.spi.DataFormat;
import org.apache.camel.spi.ExtendedPropertyConfigurerGetter;
import org.apache.camel.spi.Language;
import org.apache.camel.spi.PropertiesSource;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.support.DefaultRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Contexts for dry runs that look like a running one: its beans, its properties, and components of the same classes with
 * the same options. Nothing that belongs to the running context is handed over to another: components, data formats and
 * languages are made anew, and a bean that was told of the dry run's context is told of its own again at once.
 */
public final class MirrorContexts implements ScratchContextFactory {
    /** Options that would tie a new component to what the running one holds. */
    private static final Set<String> NOT_COPIED = Set.of("scheduler", "schedulerFactory", "camelContext");

    private final CamelContext live;

    private MirrorContexts(CamelContext live) {
        this.live = live;
    }

    public static MirrorContexts of(CamelContext live) {
        return new MirrorContexts(live);
    }

    @Override
    public CamelContext create() throws Exception {
        DefaultCamelContext scratch = new DefaultCamelContext(new DefaultRegistry(new LiveBeans(live)));
        scratch.setApplicationContextClassLoader(live.getApplicationContextClassLoader());
        scratch.getPropertiesComponent().addPropertiesSource(new LiveProperties(live));
        for (String name : live.getComponentNames()) {
            Component component = live.hasComponent(name);
            if (component != null && !name.equals("properties")) {
                scratch.addComponent(name, copy(scratch, component));
            }
        }
        return scratch;
    }

    private static Component copy(CamelContext scratch, Component component) {
        Component copy = scratch.getInjector().newInstance(component.getClass(), false);
        copy.setCamelContext(scratch);
        PropertyConfigurer configurer = component.getComponentPropertyConfigurer();
        if (configurer instanceof ExtendedPropertyConfigurerGetter options) {
            for (Map.Entry<String, Object> option : options.getAllOptions(component).entrySet()) {
                Object value = options.getOptionValue(component, option.getKey(), true);
                if (value != null && !NOT_COPIED.contains(option.getKey())) {
                    configurer.configure(scratch, copy, option.getKey(), value, true);
                }
            }
        }
        return copy;
    }

    private record LiveProperties(CamelContext live) implements PropertiesSource {
        @Override
        public String getName() {
            return "running-context";
        }

        @Override
        public @Nullable String getProperty(String name) {
            Optional<String> value = live.getPropertiesComponent().resolveProperty(name);
            return value.orElse(null);
        }
    }

    private record LiveBeans(CamelContext live) implements BeanRepository {
        @Override
        public @Nullable Object lookupByName(String name) {
            Object bean = live.getRegistry().lookupByName(name);
            return isShared(bean) ? bean : null;
        }

        @Override
        public <T> @Nullable T lookupByNameAndType(String name, Class<T> type) {
            T bean = live.getRegistry().lookupByNameAndType(name, type);
            return isShared(bean) ? bean : null;
        }

        @Override
        public <T> Map<String, T> findByTypeWithName(Class<T> type) {
            Map<String, T> found = new ConcurrentHashMap<>(live.getRegistry().findByTypeWithName(type));
            found.values().removeIf(bean -> !isShared(bean));
            return found;
        }

        @Override
        public <T> Set<T> findByType(Class<T> type) {
            return live.getRegistry().findByType(type).stream()
                    .filter(LiveBeans::isShared)
                    .collect(Collectors.toSet());
        }

        private static boolean isShared(@Nullable Object bean) {
            return bean != null
                    && !(bean instanceof Component)
                    && !(bean instanceof DataFormat)
                    && !(bean instanceof Language)
                    && !(bean instanceof CamelContext)
                    && !(bean instanceof org.apache.camel.spi.CamelContextNameStrategy)
                    && !(bean instanceof org.apache.camel.spi.LifecycleStrategy)
                    && !(bean instanceof org.apache.camel.RoutesBuilder)
                    && !(bean instanceof CamelContextAware && bean instanceof org.apache.camel.Service);
        }
    }
}
