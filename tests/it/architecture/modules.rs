//! Which module uses which: the graph that the rules of layers and circles check.

use std::{
    collections::{BTreeMap, BTreeSet},
    iter::successors,
};

use syn::visit::Visit;

use super::{
    references::{Named, Reference, Scope, join, module_of, parent, references, scope_of},
    source::{Source, Tree},
};

/// After this many re-exports of a name the test assumes a circle of `use`s.
const HANDED_ON: usize = 16;

/// The modules of the crate: a file is a module.
pub struct Modules<'a> {
    /// By name; the crate's root is the empty name.
    all: BTreeMap<String, Module<'a>>,
    /// The same names, and the folders that have no file of their own.
    names: BTreeSet<String>,
    /// The modules that define a type's methods: type, method → modules.
    methods: BTreeMap<(String, String), BTreeSet<String>>,
    /// The types of fields: type, field → type.
    fields: BTreeMap<(String, String), String>,
}

struct Module<'a> {
    source: &'a Source,
    scope: Scope,
    named: Vec<Reference>,
}

/// One module uses another.
#[derive(Clone)]
pub struct Arrow {
    /// The module that uses the other.
    pub from: String,
    /// The module that declares the used item.
    pub to: String,
    /// The file of the using module.
    pub path: String,
    /// The line.
    pub line: usize,
    /// The name that stands there.
    pub what: String,
}

impl<'a> Modules<'a> {
    /// Reads the modules of a tree.
    pub fn new(tree: &'a Tree) -> Self {
        let all = tree.sources.iter().map(|source| {
            let scope = scope_of(source);
            let named = references(source, &scope);
            (module_of(&source.path), Module { source, scope, named })
        });
        let all: BTreeMap<String, Module<'_>> = all.collect();
        let around = |name: &'_ String| {
            successors(Some(name.clone()), |name| Some(parent(name).to_owned())).take_while(|name| !name.is_empty())
        };
        let names = all.keys().flat_map(around).collect();
        let mut modules = Self { all, names, methods: BTreeMap::new(), fields: BTreeMap::new() };
        let mut found = Vec::new();
        for (name, module) in &modules.all {
            let mut members = Members { modules: &modules, here: name, scope: &module.scope, found: Vec::new() };
            members.visit_file(&module.source.ast);
            found.push((name.clone(), members.found));
        }
        for (module, members) in found {
            for member in members {
                match member {
                    Member::Method(ty, name) => {
                        modules.methods.entry((ty, name)).or_default().insert(module.clone());
                    }
                    Member::Field(ty, name, of) => {
                        modules.fields.insert((ty, name), of);
                    }
                }
            }
        }
        modules
    }

    /// Every use of one module by another. A name that a module re-exports with `pub use` counts as a use of its
    /// declaring module by the modules that name it, not by the re-exporting module.
    pub fn arrows(&self) -> Vec<Arrow> {
        let mut arrows = Vec::new();
        for (name, module) in &self.all {
            for reference in &module.named {
                let (places, what) = match &reference.what {
                    Named::Again(_) => continue,
                    Named::Path(path) | Named::Glob(path) => (self.homes(path), path.clone()),
                    Named::Method(ty, fields, method) => match self.type_of(ty, fields) {
                        Some(ty) => (self.homes_of_method(&ty, method), format!("{ty}::{method}")),
                        None => continue,
                    },
                };
                arrows.extend(places.into_iter().filter(|to| to != name).map(|to| Arrow {
                    from: name.clone(),
                    to,
                    path: module.source.path.clone(),
                    line: reference.line,
                    what: what.clone(),
                }));
            }
        }
        arrows
    }

    /// The name of every module, with its file.
    pub fn files(&self) -> impl Iterator<Item = (&'a Source, &str)> {
        self.all.iter().map(|(name, module)| (module.source, name.as_str()))
    }

    /// Every name in each source, as it is written: source, module, line, path.
    pub fn named(&self) -> impl Iterator<Item = (&'a Source, &str, usize, &str)> {
        self.all.iter().flat_map(|(name, module)| {
            module.named.iter().filter_map(|reference| match &reference.what {
                Named::Path(path) | Named::Again(path) | Named::Glob(path) => {
                    Some((module.source, name.as_str(), reference.line, path.as_str()))
                }
                Named::Method(..) => None,
            })
        })
    }

    /// Globs of our own modules, which hide the names that they import.
    pub fn own_globs(&self) -> impl Iterator<Item = (&'a Source, usize, &str)> {
        self.all.values().flat_map(|module| {
            module.named.iter().filter_map(|reference| match &reference.what {
                Named::Glob(path) if !path.starts_with("::") => Some((module.source, reference.line, path.as_str())),
                _ => None,
            })
        })
    }

    /// The modules behind a path: the module that declares the item, and the module of the type's method if another
    /// module defines it.
    fn homes(&self, path: &str) -> BTreeSet<String> {
        let Some((module, rest)) = self.resolve(path) else { return BTreeSet::new() };
        let mut homes = BTreeSet::from([module.clone()]);
        if let Some((ty, method)) = rest.split_once("::") {
            homes.extend(self.homes_of_method(&join(&module, ty), method));
        }
        homes
    }

    fn homes_of_method(&self, ty: &str, method: &str) -> BTreeSet<String> {
        self.methods.get(&(ty.to_owned(), method.to_owned())).cloned().unwrap_or_default()
    }

    /// The type that `fields` lead to.
    fn type_of(&self, ty: &str, fields: &[String]) -> Option<String> {
        let first = self.canonical(ty);
        fields.iter().try_fold(first, |ty, field| self.fields.get(&(ty, field.clone())).cloned())
    }

    /// The path of an item in its declaring module.
    fn canonical(&self, path: &str) -> String {
        self.resolve(path).map_or_else(|| path.to_owned(), |(module, rest)| join(&module, &rest))
    }

    /// Follows a path through the modules and their re-exports; returns the module that declares the item, and the
    /// rest of the path.
    fn resolve(&self, path: &str) -> Option<(String, String)> {
        let mut path = path.to_owned();
        for _ in 0..HANDED_ON {
            if path.starts_with("::") {
                return None;
            }
            let (module, rest) = self.deepest(&path);
            let first = rest.split("::").next().unwrap_or_default();
            let declared = self.all.get(&module).and_then(|module| module.scope.get(first));
            match declared {
                Some(target) if *target != join(&module, first) => path = format!("{target}{}", &rest[first.len()..]),
                _ => return Some((module, rest)),
            }
        }
        None
    }

    /// The longest beginning of a path that is a module, and the rest.
    fn deepest(&self, path: &str) -> (String, String) {
        let mut module = String::new();
        let mut rest = path;
        while !rest.is_empty() {
            let (first, after) = rest.split_once("::").unwrap_or((rest, ""));
            let next = join(&module, first);
            if !self.names.contains(&next) {
                break;
            }
            (module, rest) = (next, after);
        }
        (module, rest.to_owned())
    }
}

enum Member {
    Method(String, String),
    Field(String, String, String),
}

/// Gathers methods of types and types of fields.
struct Members<'a> {
    modules: &'a Modules<'a>,
    here: &'a str,
    scope: &'a Scope,
    found: Vec<Member>,
}

impl Members<'_> {
    /// The path of a type, or of the type behind a reference or an `Arc`.
    fn path_of(&self, ty: &syn::Type) -> Option<String> {
        let path = match ty {
            syn::Type::Reference(reference) => return self.path_of(&reference.elem),
            syn::Type::Path(path) => &path.path,
            _ => return None,
        };
        let last = path.segments.last()?;
        if last.ident == "Arc"
            && let syn::PathArguments::AngleBracketed(inner) = &last.arguments
            && let Some(syn::GenericArgument::Type(inner)) = inner.args.first()
        {
            return self.path_of(inner);
        }
        let mut words = path.segments.iter().map(|segment| segment.ident.to_string());
        let first = words.next()?;
        let base = match first.as_str() {
            "crate" => String::new(),
            "super" => parent(self.here).to_owned(),
            first => self.scope.get(first)?.clone(),
        };
        Some(self.modules.canonical(&words.fold(base, |path, word| join(&path, &word))))
    }
}

impl<'a> Visit<'a> for Members<'_> {
    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        // Each implementer of a trait has methods of its own.
        if item.trait_.is_some() {
            return;
        }
        let Some(ty) = self.path_of(&item.self_ty) else { return };
        for part in &item.items {
            if let syn::ImplItem::Fn(method) = part {
                self.found.push(Member::Method(ty.clone(), method.sig.ident.to_string()));
            }
        }
    }

    fn visit_item_struct(&mut self, item: &'a syn::ItemStruct) {
        for field in &item.fields {
            if let (Some(name), Some(ty)) = (&field.ident, self.path_of(&field.ty)) {
                let of = join(self.here, &item.ident.to_string());
                self.found.push(Member::Field(of, name.to_string(), ty));
            }
        }
    }
}

#[test]
fn names_are_followed_to_where_they_are_declared() {
    let files = [
        ("src/a/mod.rs", "mod deep;\npub use self::deep::{Deep, made};\npub struct Own { pub deep: Deep }"),
        ("src/a/deep.rs", "pub struct Deep;\npub fn made() {}"),
        ("src/a/more.rs", "use super::Deep;\nimpl Deep { pub fn more() {} pub fn most(&self) {} }"),
        (
            "src/b.rs",
            "use crate::a::{self, Own};\nfn f(own: &Own) {\na::made();\na::Deep::more();\nown.deep.most();\n}",
        ),
    ];
    let tree = Tree::new(files.map(|(path, text)| (path.to_owned(), text.to_owned())));
    let arrows = Modules::new(&tree).arrows();
    let of_b = arrows.iter().filter(|arrow| arrow.from == "b");
    let mut found: Vec<String> = of_b.map(|arrow| format!("{} {}", arrow.line, arrow.to)).collect();
    found.dedup();
    assert_eq!(found, ["1 a", "2 a", "3 a::deep", "4 a::deep", "4 a::more", "5 a::more"]);
    assert!(arrows.iter().any(|arrow| arrow.from == "a::more" && arrow.to == "a::deep"));
}
