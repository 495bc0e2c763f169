//! The maximum length of functions and files, and the maximum number of parameters.

use syn::visit::Visit;

use super::source::{Breach, Source, Tree};

/// Most lines of a function from bracket to bracket.
const FUNCTION: usize = 40;
/// Most lines of a view, which is one tree, and of a function that is a single `match`, which is a table.
const VIEW_OR_TABLE: usize = 60;
/// Most lines of a file, its tests aside.
const FILE: usize = 350;
/// Most parameters of a function besides `self`.
const PARAMETERS: usize = 4;

pub fn functions(tree: &Tree) -> Vec<Breach> {
    let mut found = Vec::new();
    for source in &tree.sources {
        for function in functions_of(source) {
            let Some(lines) = function.lines else { continue };
            let most = if function.is_one { VIEW_OR_TABLE } else { FUNCTION };
            if lines > most {
                found.push(
                    source.breach(function.line, format!("{} has {lines} lines of at most {most}", function.name)),
                );
            }
        }
    }
    found
}

pub fn files(tree: &Tree) -> Vec<Breach> {
    let mut found = Vec::new();
    for source in &tree.sources {
        let lines = source.tokens.last().map_or(0, |token| token.line);
        if lines > FILE {
            found.push(source.breach(lines, format!("{lines} lines of at most {FILE}")));
        }
    }
    found
}

/// Functions with more parameters than a reader can remember.
pub fn parameters(tree: &Tree) -> Vec<Breach> {
    let mut found = Vec::new();
    for source in &tree.sources {
        for Function { name, line, parameters, .. } in functions_of(source) {
            if parameters > PARAMETERS {
                found.push(source.breach(line, format!("{name} has {parameters} parameters of at most {PARAMETERS}")));
            }
        }
    }
    found
}

/// A function, as far as the rules need it.
struct Function {
    name: String,
    line: usize,
    /// From bracket to bracket; `None` for a function without a body.
    lines: Option<usize>,
    /// Whether it is a view or a table.
    is_one: bool,
    /// Without `self`; a view has properties instead, which its callers name.
    parameters: usize,
}

fn functions_of(source: &Source) -> Vec<Function> {
    let mut functions = Functions::default();
    functions.visit_file(&source.ast);
    functions.found
}

#[derive(Default)]
struct Functions {
    found: Vec<Function>,
}

impl Functions {
    fn add(&mut self, signature: &syn::Signature, body: Option<&syn::Block>) {
        let is_view = is_view(&signature.output);
        let typed = signature.inputs.iter().filter(|input| matches!(input, syn::FnArg::Typed(_)));
        self.found.push(Function {
            name: signature.ident.to_string(),
            line: signature.ident.span().start().line,
            lines: body.map(|body| {
                let span = body.brace_token.span;
                span.close().start().line - span.open().start().line + 1
            }),
            is_one: is_view || body.is_some_and(is_table),
            parameters: if is_view { 0 } else { typed.count() },
        });
    }
}

/// Whether a function returns `impl IntoView`.
fn is_view(output: &syn::ReturnType) -> bool {
    let syn::ReturnType::Type(_, ty) = output else { return false };
    let syn::Type::ImplTrait(ty) = &**ty else { return false };
    ty.bounds.iter().any(|bound| match bound {
        syn::TypeParamBound::Trait(bound) => bound.path.is_ident("IntoView"),
        _ => false,
    })
}

/// Whether a function is a single `match`, or one `match` and an expression that uses its value.
fn is_table(body: &syn::Block) -> bool {
    let is_match = |expr: &syn::Expr| matches!(expr, syn::Expr::Match(_));
    match &body.stmts[..] {
        [syn::Stmt::Expr(syn::Expr::Call(only), None)] => only.args.len() == 1 && is_match(&only.args[0]),
        [syn::Stmt::Expr(only, None)] => is_match(only),
        [syn::Stmt::Local(first), syn::Stmt::Expr(_, None)] => {
            first.init.as_ref().is_some_and(|value| is_match(&value.expr))
        }
        _ => false,
    }
}

impl<'a> Visit<'a> for Functions {
    fn visit_item_fn(&mut self, function: &'a syn::ItemFn) {
        self.add(&function.sig, Some(&function.block));
        syn::visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'a syn::ImplItemFn) {
        self.add(&function.sig, Some(&function.block));
        syn::visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'a syn::TraitItemFn) {
        self.add(&function.sig, function.default.as_ref());
        syn::visit::visit_trait_item_fn(self, function);
    }
}
