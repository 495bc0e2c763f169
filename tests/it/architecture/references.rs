//! The names in a file: the paths in its `use` trees, types, expressions and macros, and the methods that it calls
//! on values whose type is written beside them.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::{spanned::Spanned, visit::Visit};

use super::source::Source;

/// Names that a file imports, each with the path that it stands for.
pub type Scope = BTreeMap<String, String>;

/// Something that a file names. Paths of this crate begin with the name of a top module
/// (`server::store::Tx`), those of other crates with `::`.
pub enum Named {
    /// A path of a `pub use`, which re-exports it.
    Again(String),
    /// Everything in a module.
    Glob(String),
    /// A path.
    Path(String),
    /// A method of a value: the type's path, the fields from there to the receiver, the method's name.
    Method(String, Vec<String>, String),
}

/// Something that a file names, with its line.
pub struct Reference {
    /// From 1.
    pub line: usize,
    /// The named item.
    pub what: Named,
}

/// The module that a file defines. The crate's root is the empty name; a program's module has its folder's name.
pub fn module_of(path: &str) -> String {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs");
    match path {
        "lib" | "mod" => String::new(),
        path => path.strip_suffix("/mod").or(path.strip_suffix("/main")).unwrap_or(path).replace('/', "::"),
    }
}

/// Joins `a` and `b` to `a::b`; below the root, to `b`.
pub fn join(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") }
}

/// The parent of a module.
pub fn parent(module: &str) -> &str {
    module.rsplit_once("::").map_or("", |(parent, _)| parent)
}

/// The names that a source declares and imports.
pub fn scope_of(source: &Source) -> Scope {
    let here = module_of(&source.path);
    let mut scope = Scope::new();
    for item in &source.ast.items {
        if let Some(name) = declared(item) {
            scope.insert(name.clone(), join(&here, &name));
        }
    }
    let mut uses = Uses::default();
    uses.visit_file(&source.ast);
    // The next import may use an imported name.
    for leaf in &uses.leaves {
        if let Some(name) = &leaf.name {
            let path = absolute(&here, &scope, &leaf.path);
            scope.entry(name.clone()).or_insert(path);
        }
    }
    scope
}

/// Everything that a source names.
pub fn references(source: &Source, scope: &Scope) -> Vec<Reference> {
    let here = module_of(&source.path);
    let mut uses = Uses::default();
    uses.visit_file(&source.ast);
    let mut found = Vec::new();
    for Leaf { line, path, name, again } in uses.leaves {
        let path = absolute(&here, scope, &path);
        let what = match (name, again) {
            (None, _) => Named::Glob(path),
            (_, true) => Named::Again(path),
            (_, false) => Named::Path(path),
        };
        found.push(Reference { line, what });
    }
    let modules = source.ast.items.iter().filter(|item| matches!(item, syn::Item::Mod(_))).filter_map(declared);
    let modules = modules.collect();
    let mut paths = Paths { here: &here, scope, modules, found, within: None, typed: BTreeMap::new() };
    paths.visit_file(&source.ast);
    paths.found
}

fn declared(item: &syn::Item) -> Option<String> {
    let name = match item {
        syn::Item::Const(item) => &item.ident,
        syn::Item::Enum(item) => &item.ident,
        syn::Item::Fn(item) => &item.sig.ident,
        syn::Item::Mod(item) => &item.ident,
        syn::Item::Static(item) => &item.ident,
        syn::Item::Struct(item) => &item.ident,
        syn::Item::Trait(item) => &item.ident,
        syn::Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

/// The path that `path` stands for in the module `here`.
fn absolute(here: &str, scope: &Scope, path: &[String]) -> String {
    let (mut base, mut rest) = match path.first().map(String::as_str) {
        Some("crate" | "signet") => (String::new(), &path[1..]),
        Some("self") => (here.to_owned(), &path[1..]),
        Some("super") => (parent(here).to_owned(), &path[1..]),
        Some(name) => match scope.get(name) {
            Some(known) => (known.clone(), &path[1..]),
            None => (":".to_owned(), path),
        },
        None => (String::new(), path),
    };
    while rest.first().is_some_and(|name| name == "super") {
        base.truncate(parent(&base).len());
        rest = &rest[1..];
    }
    rest.iter().fold(base, |path, name| match path.as_str() {
        ":" => format!("::{name}"),
        path => join(path, name),
    })
}

/// One name that a `use` imports; a glob imports none.
struct Leaf {
    line: usize,
    path: Vec<String>,
    name: Option<String>,
    again: bool,
}

#[derive(Default)]
struct Uses {
    leaves: Vec<Leaf>,
}

impl<'a> Visit<'a> for Uses {
    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        let again = !matches!(item.vis, syn::Visibility::Inherited);
        self.add(&item.tree, &[], again);
    }
}

impl Uses {
    fn add(&mut self, tree: &syn::UseTree, before: &[String], again: bool) {
        let line = tree.span().start().line;
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.add(&path.tree, &with(&path.ident), again),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.add(tree, before, again)),
            syn::UseTree::Glob(_) => self.leaves.push(Leaf { line, path: before.to_vec(), name: None, again }),
            syn::UseTree::Name(name) if name.ident == "self" => {
                self.leaves.push(Leaf { line, path: before.to_vec(), name: before.last().cloned(), again });
            }
            syn::UseTree::Name(name) => {
                self.leaves.push(Leaf { line, path: with(&name.ident), name: Some(name.ident.to_string()), again });
            }
            syn::UseTree::Rename(name) => {
                self.leaves.push(Leaf { line, path: with(&name.ident), name: Some(name.rename.to_string()), again });
            }
        }
    }
}

/// Collects the paths and the methods.
struct Paths<'a> {
    here: &'a str,
    scope: &'a Scope,
    /// The modules that the file declares.
    modules: BTreeSet<String>,
    found: Vec<Reference>,
    /// The type of the surrounding `impl`.
    within: Option<String>,
    /// The function's parameters whose types are written as paths.
    typed: BTreeMap<String, String>,
}

impl Paths<'_> {
    fn add(&mut self, line: usize, path: &[String]) {
        let path = match path.first().map(String::as_str) {
            Some("Self") => match &self.within {
                Some(within) => path[1..].iter().fold(within.clone(), |path, name| join(&path, name)),
                None => return,
            },
            // A variable may have the name of a module.
            Some(first) if path.len() == 1 && self.modules.contains(first) => return,
            Some(first) if path.len() > 1 || self.scope.contains_key(first) => absolute(self.here, self.scope, path),
            _ => return,
        };
        self.found.push(Reference { line, what: Named::Path(path) });
    }

    /// The paths in the tokens of a macro or an attribute.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let (mut path, mut line, mut colons) = (Vec::new(), 0, 0);
        for tree in tokens {
            match tree {
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.add_longer(line, &std::mem::take(&mut path));
                        line = name.span().start().line;
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                other => {
                    self.add_longer(line, &std::mem::take(&mut path));
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.add_tokens(group.stream());
                    }
                }
            }
        }
        self.add_longer(line, &path);
    }

    /// A single word in a macro may be anything; if it was imported, the import already counts.
    fn add_longer(&mut self, line: usize, path: &[String]) {
        if path.len() > 1 {
            self.add(line, path);
        }
    }

    fn typed_as(&self, ty: &syn::Type) -> Option<String> {
        match ty {
            syn::Type::Reference(reference) => self.typed_as(&reference.elem),
            syn::Type::Path(path) => {
                let path = words(&path.path);
                match path.first().map(String::as_str) {
                    Some("Self") => self.within.clone(),
                    _ => Some(absolute(self.here, self.scope, &path)),
                }
            }
            _ => None,
        }
    }

    /// The type at the start of an expression, and the fields from there.
    fn receiver(&self, expr: &syn::Expr) -> Option<(String, Vec<String>)> {
        match expr {
            syn::Expr::Path(path) => {
                let name = path.path.get_ident()?.to_string();
                let ty = if name == "self" { self.within.as_ref() } else { self.typed.get(&name) };
                Some((ty?.clone(), Vec::new()))
            }
            syn::Expr::Field(field) => {
                let (ty, mut fields) = self.receiver(&field.base)?;
                fields.push(match &field.member {
                    syn::Member::Named(name) => name.to_string(),
                    syn::Member::Unnamed(index) => index.index.to_string(),
                });
                Some((ty, fields))
            }
            syn::Expr::Reference(reference) => self.receiver(&reference.expr),
            syn::Expr::Paren(paren) => self.receiver(&paren.expr),
            _ => None,
        }
    }
}

impl<'a> Visit<'a> for Paths<'_> {
    fn visit_item_use(&mut self, _: &'a syn::ItemUse) {}

    fn visit_visibility(&mut self, _: &'a syn::Visibility) {}

    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        let around = std::mem::take(&mut self.within);
        self.within = self.typed_as(&item.self_ty);
        syn::visit::visit_item_impl(self, item);
        self.within = around;
    }

    fn visit_signature(&mut self, signature: &'a syn::Signature) {
        self.typed.clear();
        for input in &signature.inputs {
            let syn::FnArg::Typed(input) = input else { continue };
            let syn::Pat::Ident(name) = &*input.pat else { continue };
            if let Some(ty) = self.typed_as(&input.ty) {
                self.typed.insert(name.ident.to_string(), ty);
            }
        }
        syn::visit::visit_signature(self, signature);
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        self.add(path.span().start().line, &words(path));
        syn::visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        if let Some((ty, fields)) = self.receiver(&call.receiver) {
            let what = Named::Method(ty, fields, call.method.to_string());
            self.found.push(Reference { line: call.method.span().start().line, what });
        }
        syn::visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, call: &'a syn::Macro) {
        self.visit_path(&call.path);
        self.add_tokens(call.tokens.clone());
    }

    fn visit_meta_list(&mut self, meta: &'a syn::MetaList) {
        self.visit_path(&meta.path);
        self.add_tokens(meta.tokens.clone());
    }
}

fn words(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

#[test]
fn use_trees_paths_and_macros_are_followed() {
    let text = "use crate::{domain::{id::UserId, time::Span as S}, server::store::Tx};\n\
        use super::{http::flash, state};\nuse axum::Router;\n\
        fn f(tx: &mut Tx) { crate::pages::app(); super::super::api::x(); S::days(1); tx.lock(); }\n\
        fn g() { view! { <p>{move || crate::islands::words::of($crate::domain::x)}</p> } }";
    let source = Source::new("src/server/context.rs", text);
    let found = references(&source, &scope_of(&source)).into_iter().map(|reference| match reference.what {
        Named::Path(path) => format!("{} {path}", reference.line),
        Named::Method(ty, _, method) => format!("{} {ty}.{method}", reference.line),
        Named::Again(_) | Named::Glob(_) => panic!("there is none"),
    });
    assert_eq!(
        found.collect::<Vec<_>>(),
        [
            "1 domain::id::UserId",
            "1 domain::time::Span",
            "1 server::store::Tx",
            "2 server::http::flash",
            "2 server::state",
            "3 ::axum::Router",
            "4 server::store::Tx",
            "4 pages::app",
            "4 api::x",
            "4 domain::time::Span::days",
            "4 server::store::Tx.lock",
            "5 islands::words::of",
            "5 domain::x",
        ]
    );
}
