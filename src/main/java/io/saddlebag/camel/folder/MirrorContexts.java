package io.saddlebag.camel.folder;

import java.lang.reflect.Constructor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Component;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.Service;
import org.apache.camel.catalog.impl.DefaultRuntimeCamelCatalog;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.BeanRepository;
import org.apache.camel.spi.CamelContextNameStrategy;
import org.apache.camel.spi.DataFormat;
import org.apache.camel.spi.Language;
import org.apache.camel.spi.LifecycleStrategy;
import org.apache.camel.spi.PropertiesSource;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.tooling.model.BaseOptionModel;
import org.apache.camel.tooling.model.ComponentModel;
import org.jspecify.annotations.Nullable;

/**
 * Contexts for dry runs that look like a running one: its beans, its properties, and components of the same classes with
 * the same options. Components, data formats, languages and services are made anew, never shared.
 *
 * <p>A bean that wants to know its Camel context may be told of the dry run's while that lasts, some 50 ms; it is told of
 * its own again when the dry run ends. Beans that the files themselves declare are made in the dry run, too.
 */
public final class MirrorContexts implements ScratchContextFactory {
    /** Options that would tie a new component to what the running one holds. */
    private static final Set<String> NOT_COPIED = Set.of("scheduler", "schedulerFactory", "camelContext");

    private static final Set<Class<?>> NEVER_LENT = Set.of(
            Component.class,
            DataFormat.class,
            Language.class,
            CamelContext.class,
            CamelContextNameStrategy.class,
            LifecycleStrategy.class,
            RoutesBuilder.class);

    private final CamelContext live;

    private MirrorContexts(CamelContext live) {
        this.live = live;
    }

    public static MirrorContexts of(CamelContext live) {
        return new MirrorContexts(live);
    }

    @Override
    public CamelContext create() throws Exception {
        Set<CamelContextAware> lent = ConcurrentHashMap.newKeySet();
        DefaultCamelContext scratch = new DefaultCamelContext(new DefaultRegistry(new LiveBeans(live, lent)));
        scratch.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopped(CamelContext stopped) {
                lent.stream()
                        .filter(bean -> bean.getCamelContext() == stopped)
                        .forEach(bean -> bean.setCamelContext(live));
            }
        });
        scratch.setApplicationContextClassLoader(live.getApplicationContextClassLoader());
        scratch.getPropertiesComponent().addPropertiesSource(new LiveProperties(live));
        for (String name : live.getComponentNames()) {
            Component component = live.hasComponent(name);
            Component copy = component == null || name.equals("properties") ? null : copy(scratch, component);
            if (copy != null) {
                scratch.addComponent(name, copy);
            }
        }
        return scratch;
    }

    /** Null when its class can't be made without arguments; routes that use it are then refused. */
    private @Nullable Component copy(CamelContext scratch, Component component) {
        Constructor<?> constructor;
        try {
            constructor = component.getClass().getConstructor();
        } catch (NoSuchMethodException e) {
            return null;
        }
        Component copy = (Component) scratch.getInjector().newInstance(constructor.getDeclaringClass(), false);
        copy.setCamelContext(scratch);
        PropertyConfigurer configurer = component.getComponentPropertyConfigurer();
        if (configurer instanceof PropertyConfigurerGetter getter) {
            for (String option : options(component)) {
                Object value = getter.getOptionValue(component, option, true);
                if (value != null && !NOT_COPIED.contains(option)) {
                    configurer.configure(scratch, copy, option, value, true);
                }
            }
        }
        return copy;
    }

    private List<String> options(Component component) {
        var described = component.getClass().getAnnotation(org.apache.camel.spi.annotations.Component.class);
        if (described == null) {
            return List.of();
        }
        DefaultRuntimeCamelCatalog catalog = new DefaultRuntimeCamelCatalog();
        catalog.setCamelContext(live);
        ComponentModel model = catalog.componentModel(described.value().split(",")[0]);
        return model == null
                ? List.of()
                : model.getComponentOptions().stream()
                        .map(BaseOptionModel::getName)
                        .toList();
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

    private record LiveBeans(CamelContext live, Set<CamelContextAware> lent) implements BeanRepository {
        @Override
        public @Nullable Object lookupByName(String name) {
            return lend(live.getRegistry().lookupByName(name));
        }

        @Override
        public <T> @Nullable T lookupByNameAndType(String name, Class<T> type) {
            return lend(live.getRegistry().lookupByNameAndType(name, type));
        }

        @Override
        public <T> Map<String, T> findByTypeWithName(Class<T> type) {
            Map<String, T> found = new HashMap<>();
            live.getRegistry().findByTypeWithName(type).forEach((name, bean) -> {
                T lentBean = lend(bean);
                if (lentBean != null) {
                    found.put(name, lentBean);
                }
            });
            return found;
        }

        @Override
        public <T> Set<T> findByType(Class<T> type) {
            return new HashSet<>(findByTypeWithName(type).values());
        }

        private <T> @Nullable T lend(@Nullable T bean) {
            if (bean == null || NEVER_LENT.stream().anyMatch(type -> type.isInstance(bean))) {
                return null;
            }
            if (bean instanceof CamelContextAware aware) {
                if (bean instanceof Service) {
                    // starting or stopping the dry run would start or stop it
                    return null;
                }
                lent.add(aware);
            }
            return bean;
        }
    }
}
